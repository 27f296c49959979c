"""Submissions that attack the grader: each gets the score it deserves, and nothing outside its cage is different.

The folder `attacks` holds answers to task 1, each with the points that all of the submission must get. They are Python
in text files: nothing ever imports one. What is done to a notebook rather than in it stands below. All are graded in
one class, with honest students before and after them.
"""

import ast
import contextlib
import hashlib
import json
import os
import re
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest

from dlcourse.grader import batch, execute, notebooks, stock

CHECKOUT = Path(__file__).parents[2]
NAME = "01_perceptron"
FILES = sorted((Path(__file__).parent / "attacks").glob("*.txt"))
SECRET = "DLCOURSE_TEST_SECRET"  # noqa: S105 - it is the name of one
MARK = "left-behind"
RIGHT = "def perceptron_predict(X, w, b):\n    return (np.asarray(X) @ np.asarray(w) + b > 0).astype(int)\n"
WRONG = "def perceptron_predict(X, w, b):\n    return np.zeros(np.shape(X)[:-1], int)\n"

pytestmark = pytest.mark.nbgrader


def said(file, what):
    found = re.search(rf"^{what}: (.*)$", ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), re.MULTILINE)
    return found[1] if found else None


# ---------------------------------------------------------------------------------- what is done to a notebook itself


def cell(notebook, name):
    return notebook.cells[notebooks.find(notebook, name)]


def more_points(notebook):
    for one in notebook.cells:
        if "points" in one.metadata.get("nbgrader", {}):
            one.metadata.nbgrader.points = 1000


def checksums_forged(notebook):
    one = cell(notebook, "task-1-hidden")
    one.source = "7.0"
    one.metadata.nbgrader["checksum"] = "0" * 32


def checks_emptied(notebook):
    for one in notebook.cells:
        if one.metadata.get("nbgrader", {}).get("grade"):
            one.source = "pass"


def checks_unlocked(notebook):
    for one in notebook.cells:
        if one.metadata.get("nbgrader", {}).get("grade"):
            one.metadata.nbgrader.update(locked=False, solution=True)
            one.source = "pass"


def checks_are_prose(notebook):
    for i, one in enumerate(notebook.cells):
        if one.metadata.get("nbgrader", {}).get("grade"):
            notebook.cells[i] = notebooks.retyped(one, "markdown")


def answers_are_graded(notebook):
    for one in notebook.cells:
        if one.metadata.get("nbgrader", {}).get("solution"):
            one.metadata.nbgrader.update(grade=True, points=50)


def cells_of_ones_own(notebook):
    one = notebooks.new_code_cell("50.0")
    one.metadata["nbgrader"] = {**cell(notebook, "task-1-hidden").metadata.nbgrader, "grade_id": "bonus", "points": 50}
    notebook.cells.append(one)


def ids_swapped(notebook):
    a, b = cell(notebook, "task-1-solution"), cell(notebook, "task-1-hidden")
    a.metadata.nbgrader, b.metadata.nbgrader = b.metadata.nbgrader, a.metadata.nbgrader


def copied_before(notebook):
    place = notebooks.find(notebook, "task-1-hidden")
    fake = notebooks.copy(notebook.cells[place])
    fake.source = "7.0"
    notebook.cells.insert(0, fake)


def copied_after(notebook):
    fake = notebooks.copy(cell(notebook, "task-1-hidden"))
    fake.source = "7.0"
    notebook.cells.append(fake)


def outputs_faked(notebook):
    for one in notebook.cells:
        if one.cell_type == "code":
            one.outputs = [notebooks.copy({"output_type": "execute_result", "data": {"text/plain": "7.0"},
                                           "metadata": {}, "execution_count": 1})]  # fmt: skip
            one.metadata["tags"] = ["skip-execution", "raises-exception"]


def other_kernel(notebook):
    notebook.metadata["kernelspec"] = {"name": "bash", "display_name": "sh -c 'touch left-behind'", "language": "bash"}
    notebook.metadata["language_info"] = {"name": "bash"}


def no_kernel(notebook):
    notebook.metadata = notebooks.copy({})


def ids_are_paths(notebook):
    for one in notebook.cells:
        if "nbgrader" in one.metadata and not one.metadata.nbgrader.get("grade"):
            one.metadata.nbgrader["grade_id"] = "../../../../etc/passwd"


def marks_are_nonsense(notebook):
    for number, one in enumerate(notebook.cells):
        if "nbgrader" in one.metadata:
            one.metadata["nbgrader"] = [None, [], "grade", {"grade_id": 5}, {"grade": True}][number % 5]


def old_schema(notebook):
    for one in notebook.cells:
        if "nbgrader" in one.metadata:
            one.metadata.nbgrader["schema_version"] = [0, 1, 2, 99, "3"][len(one.source) % 5]


def a_thousand_cells(notebook):
    notebook.cells += [notebooks.new_code_cell("1 + 1") for _ in range(1000)]


def reordered(notebook):
    notebook.cells.reverse()


ON_NOTEBOOKS = {
    function.__name__: function
    for function in (
        more_points, checksums_forged, checks_emptied, checks_unlocked, checks_are_prose, answers_are_graded,
        cells_of_ones_own, ids_swapped, copied_before, copied_after, outputs_faked, other_kernel, no_kernel,
        ids_are_paths, marks_are_nonsense, old_schema, a_thousand_cells, reordered,
    )
}  # fmt: skip


# ----------------------------------------------------------------------------------- what is handed in instead or too


def link_to_another(folder, good):
    (folder / f"{NAME}.ipynb").symlink_to(folder.parents[1] / "aa-honest" / NAME / f"{NAME}.ipynb")


def link_to_the_gradebook(folder, good):
    good(folder)
    (folder / "data.csv").symlink_to(folder.parents[2] / "gradebook.db")
    (folder / "root").symlink_to("/")


def a_pipe(folder, good):
    good(folder)
    os.mkfifo(folder / "data.csv")


def poisoned_files(folder, good):
    good(folder)
    for name in ("numpy.py", "json.py", "sitecustomize.py", "dlcourse.py", "conftest.py", "nbgrader_config.py"):
        (folder / name).write_text("open('left-behind', 'w'); raise SystemExit", encoding="utf-8")
    (folder / "dlcourse").mkdir()
    (folder / "dlcourse" / "__init__.py").write_text("raise SystemExit", encoding="utf-8")


def a_hundred_megabytes(folder, good):
    with (folder / f"{NAME}.ipynb").open("wb") as file:
        file.write(b'{"cells": "')
        file.truncate(100_000_000)


def not_utf_8(folder, good):
    (folder / f"{NAME}.ipynb").write_bytes(b'{"cells": "\xff\xfe"}')


def not_json(folder, good):
    (folder / f"{NAME}.ipynb").write_text("{'cells': []", encoding="utf-8")


def json_of_something_else(folder, good):
    (folder / f"{NAME}.ipynb").write_text("[[[1, 2], null]]", encoding="utf-8")


def deep_json(folder, good):
    (folder / f"{NAME}.ipynb").write_text("[" * 200_000 + "]" * 200_000, encoding="utf-8")


def a_folder_for_a_notebook(folder, good):
    (folder / f"{NAME}.ipynb").mkdir()


IN_FOLDERS = {
    link_to_another: "the notebook must be called",
    link_to_the_gradebook: 11,
    a_pipe: 11,
    poisoned_files: 11,
    a_hundred_megabytes: "must be at most 20 MB; it is 95 MB",
    not_utf_8: "it is not UTF-8",
    not_json: "it is not valid JSON",
    json_of_something_else: "the file is not a notebook",
    deep_json: "the file is not a notebook",
    a_folder_for_a_notebook: "the notebook must be called",
}


# ------------------------------------------------------------------------------------------------------ the one class


def everything_in(folder):
    """Return what every file below a folder holds, by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = os.readlink(path)
        elif path.is_file() and path.suffix != ".pyc":
            found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def processes():
    """Return the command lines of the processes that this test's warm process has forked, and its own."""
    folder = execute.shared_runner().folder.name  # stands in the command line, which a fork keeps
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [command for command in found if folder in command]


class Listener(threading.Thread):
    """Counts those who connect to a port of this machine."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.reached = self.server.getsockname()[1], 0
        self.start()

    def run(self):
        while True:
            self.server.accept()
            self.reached += 1


class Class:
    """What came of the class."""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    root = tmp_path_factory.mktemp("attacked")
    course = stock.open_course(CHECKOUT, root, cell_seconds=15)
    shutil.copytree(CHECKOUT / "solutions" / NAME, course.directory("source") / NAME)
    released = notebooks.read(stock.generate(course, NAME))
    solved = notebooks.solutions(notebooks.read(course.directory("source") / NAME / f"{NAME}.ipynb"))
    submitted, listener = course.directory("submitted"), Listener()

    def submit(student, answer, change=lambda notebook: None):
        notebook = notebooks.answered(released, {1: answer} if answer else solved)
        change(notebook)
        # as it is: nbformat would mend some of it while writing
        notebooks.write_text(submitted / student / NAME / f"{NAME}.ipynb", json.dumps(notebook))

    for student in ("aa-honest", "mm-honest", "zz-honest"):
        submit(student, None)
    for file in FILES:
        text = file.read_text(encoding="utf-8").replace("PORT", str(listener.port))
        submit(f"in-{file.stem}", text.replace("MARK", str(root / MARK)))
    for name, change in ON_NOTEBOOKS.items():
        submit(f"on-{name}", WRONG, change)
    for function in IN_FOLDERS:
        folder = submitted / f"of-{function.__name__}" / NAME
        folder.mkdir(parents=True)
        function(folder, lambda folder: submit(folder.parent.name, RIGHT))

    found = Class()
    found.course, found.root, found.listener = course, root, listener
    package = CHECKOUT / "dlcourse"
    found.before = everything_in(submitted) | everything_in(package) | everything_in(course.directory("source"))
    os.environ[SECRET] = "DLCOURSE_TEST_SECRET"
    try:
        found.outcomes = {outcome.student: outcome for outcome in batch.grade(course, NAME, jobs=4)}
    finally:
        del os.environ[SECRET]
    found.after = everything_in(submitted) | everything_in(package) | everything_in(course.directory("source"))
    return found


def points(graded, student):
    outcome = graded.outcomes[student]
    assert outcome.failure is None, outcome.failure
    return sum(score.points or 0 for score in outcome.scores)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_attack_gets_the_points_of_its_honest_part(graded, file):
    assert points(graded, f"in-{file.stem}") == float(said(file, "Points"))
    if words := said(file, "Says"):
        autograded = notebooks.read(graded.course.notebook("autograded", f"in-{file.stem}", NAME))
        assert words in json.dumps(autograded.cells)


@pytest.mark.parametrize("name", ON_NOTEBOOKS)
def test_a_notebook_that_was_tampered_with_gets_no_points(graded, name):
    outcome = graded.outcomes[f"on-{name}"]
    assert outcome.failure is not None or points(graded, f"on-{name}") == 0
    assert all(score.max_points <= 20 for score in outcome.scores)


@pytest.mark.parametrize("function", IN_FOLDERS, ids=lambda function: function.__name__)
def test_what_was_handed_in_is_graded_or_named_as_it_is(graded, function):
    outcome, wanted = graded.outcomes[f"of-{function.__name__}"], IN_FOLDERS[function]
    if isinstance(wanted, str):
        assert wanted in outcome.failure
    else:
        assert points(graded, f"of-{function.__name__}") == wanted


def test_there_are_enough_attacks():
    assert len(FILES) + len(ON_NOTEBOOKS) + len(IN_FOLDERS) >= 40


def test_honest_students_among_them_get_everything(graded):
    assert [points(graded, f"{name}-honest") for name in ("aa", "mm", "zz")] == [100, 100, 100]


def test_everyone_is_in_the_gradebook_once_or_named_as_failed(graded):
    with stock.open_gradebook(graded.course) as gradebook:
        recorded = sorted(submission.student.id for submission in gradebook.assignment_submissions(NAME))
    assert recorded == sorted(name for name, outcome in graded.outcomes.items() if outcome.failure is None)


def test_no_file_outside_was_changed(graded):
    assert graded.after == graded.before
    assert not (graded.root / MARK).exists()


def test_no_network_was_reached(graded):
    assert graded.listener.reached == 0


def test_no_process_stays_behind(graded):
    ends = time.monotonic() + 10
    while len(left := processes()) > 1 and time.monotonic() < ends:  # the warm process itself
        time.sleep(0.2)
    assert len(left) <= 1, left


def test_nothing_of_a_linked_file_gets_into_what_is_kept(graded):
    place = graded.course.notebook("autograded", "of-link_to_the_gradebook", NAME).parent
    assert sorted(path.name for path in place.iterdir()) == [f"{NAME}.ipynb"]


def test_the_cage_is_closed():
    assert execute.shared_runner().missing == ""
