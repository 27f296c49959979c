import os
import sys
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from dlcourse.grader import stock
from dlcourse.grader.stock import Course, GraderError

CHECKOUT = Path(__file__).parents[2]
TRACEBACK = (
    "ERROR Traceback (most recent call last):\n  File ...\n{}\n\nERROR There was an error processing assignment ..."
)


@pytest.fixture
def course(tmp_path, monkeypatch):
    for name in ("PATH", "JUPYTER_PATH", "IPYTHONDIR", "MPLCONFIGDIR", "PYTHONSTARTUP", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "/before")
    return stock.open_course(CHECKOUT, tmp_path, 7)


@pytest.mark.parametrize(
    ("log", "running", "expected"),
    [
        (
            TRACEBACK.format("nbclient.exceptions.DeadKernelError: Kernel died"),
            "task-7-visible",
            "the kernel died while running task 7's visible check",
        ),
        (
            TRACEBACK.format("RuntimeError: Timeout waiting for IOPub output"),
            "task-1-solution",
            "the output of task 1's answer did not come to an end",
        ),
        (
            "ERROR While processing assignment a, the kernel became unresponsive and we ...",
            "cell 4",
            "the kernel could not be interrupted while running cell 4",
        ),
        (
            TRACEBACK.format("nbformat.reader.NotJSONError: Notebook does not appear to be JSON: '{..."),
            "",
            "the file is not a notebook, or only a part of one (it is not valid JSON)",
        ),
        (
            "ERROR One or more notebooks in the assignment use an old version \nof the nbgrader ...",
            "",
            "the notebook was made with an older nbgrader: see nbgrader update",
        ),
        (TRACEBACK.format("KeyError: 'cells'"), "", "nbgrader stopped at the notebook: KeyError: 'cells'"),
        ("INFO nothing", "task-2-hidden", "nbgrader stopped at task 2's hidden check: its log names no reason"),
    ],
)
def test_a_failure_is_told_in_words(log, running, expected):
    assert stock.explain_failure(log, running) == expected


def test_what_a_student_wrote_is_not_taken_for_a_cause():
    log = TRACEBACK.format(
        "nbformat.reader.NotJSONError: Notebook does not appear to be JSON: 'DeadKernelError NoSuchKernel"
    )
    assert stock.explain_failure(log, "").startswith("the file is not a notebook")
    assert not stock._OUR_FAULTS.search(log)


@pytest.mark.parametrize(
    "line",
    [
        "ERROR There was an error accessing the nbgrader database. This may occur if",
        "jupyter_client.kernelspec.NoSuchKernel: No such kernel named python3",
        "RuntimeError: Kernel died before replying to kernel_info",
        "ERROR No assignment with ID '01_perceptron' exists in the database",
    ],
)
def test_the_machinerys_own_faults_are_told_apart(line):
    assert stock._OUR_FAULTS.search(TRACEBACK.format(line))


def test_a_course_without_a_configuration_is_refused(tmp_path):
    with pytest.raises(GraderError, match=r"must hold nbgrader_config\.py; .* does not"):
        stock.open_course(tmp_path)


def test_the_root_and_the_time_limit_can_be_changed(course, tmp_path):
    assert (course.root, course.cell_seconds) == (tmp_path, 7)
    assert course.directory("source") == tmp_path / "solutions"
    assert course.directory("release") == tmp_path / "exercises"
    assert course.notebook("feedback", "ann", "a1", ".html") == tmp_path / "feedback" / "ann" / "a1" / "a1.html"


def test_nbgraders_own_commands_find_their_directories(course):
    config = stock.open_course(CHECKOUT).config
    assert Path(config.CourseDirectory.root) == CHECKOUT
    assert config.GenerateAssignment.force
    assert config.Execute.timeout == 60


def test_the_environments_own_kernel_comes_before_the_users(tmp_path, monkeypatch):
    another = tmp_path / "kernels" / "python3"
    another.mkdir(parents=True)
    (another / "kernel.json").write_text('{"argv": ["/usr/bin/python2"], "display_name": "old", "language": "python"}')
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    assert KernelSpecManager().get_kernel_spec("python3").argv == ["/usr/bin/python2"]
    monkeypatch.setenv("JUPYTER_PATH", "/another")
    stock.open_course(CHECKOUT)
    assert KernelSpecManager().get_kernel_spec("python3").resource_dir.startswith(sys.prefix)
    assert os.environ["JUPYTER_PATH"].split(os.pathsep)[-1] == "/another"


def test_students_get_one_thread_and_no_personal_files(course):
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["PYTHONSTARTUP"] == ""  # which Python and IPython take for none
    assert os.environ["IPYTHONDIR"] != "/before"


def test_a_submission_under_another_name_is_a_named_failure(course):
    folder = course.notebook("submitted", "ann", "a1").parent
    folder.mkdir(parents=True)
    assert stock.autograde(course, "a1", "ann").failure == "the notebook must be called a1.ipynb; got no file"
    (folder / "a1 (1).ipynb").touch()
    outcome = stock.autograde(course, "a1", "ann")
    assert outcome.failure == "the notebook must be called a1.ipynb; got a1 (1).ipynb"
    assert outcome.scores == ()


def test_what_children_print_goes_to_a_file(tmp_path, capfd):
    with stock._logged(tmp_path / "logs" / "ann.log"):
        os.write(2, b"a kernel warns")
        os.write(1, b"nbgrader prints")
    os.write(2, b"the terminal is back")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "the terminal is back")
    assert (tmp_path / "logs" / "ann.printed").read_text() == "a kernel warnsnbgrader prints"


def test_scores_are_sorted_by_task_and_part():
    names = ["task-10-hidden", "other", "task-2-hidden", "task-2-visible"]
    assert sorted(names, key=stock._order) == ["task-2-visible", "task-2-hidden", "task-10-hidden", "other"]


def test_a_course_is_a_frozen_record(course):
    with pytest.raises(AttributeError):
        course.root = Path()  # type: ignore[misc]
    assert isinstance(course, Course)
