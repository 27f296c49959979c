"""`dlcourse doctor`: what is found before a notebook is handed in, and that --fix mends what is not the student's."""

import json
import os
import stat

import nbformat
import pytest

from dlcourse import cli
from dlcourse.grader import blueprint, doctor, notebooks
from dlcourse.grader.notebooks import Change, grade_id
from tests.grader.given import exercise, saved, solved

LOSSES = "03_losses"
ANSWER = "task-2-solution"


def examined(folder, notebook, name=LOSSES):
    return doctor.examine(saved(folder, notebook, name))


def found(folder, notebook, name=LOSSES):
    return [(each.kind, each.cell, each.task) for each in examined(folder, notebook, name).findings]


def with_code(source, cell=ANSWER):
    """Return a solved notebook with some code at the end of a cell, and that cell's number."""
    notebook = solved(LOSSES)
    place = notebooks.find(notebook, cell)
    notebook.cells[place].source += f"\n{source}"
    return notebook, place + 1


def answers(notebook):
    return {grade_id(c): c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")}


def test_a_solved_notebook_is_healthy(tmp_path, capsys):
    path = saved(tmp_path, solved(LOSSES), LOSSES)
    assert cli.main(["doctor", str(path)]) == cli.AS_EXPECTED
    assert capsys.readouterr().out == "03_losses.ipynb: nothing to mend\n"


def test_every_task_of_an_untouched_notebook_is_unfinished(tmp_path):
    kinds = found(tmp_path, exercise(LOSSES))
    assert [kind for kind, _, _ in kinds] == ["unfinished"] * 10
    assert [task for _, _, task in kinds] == [1, 2, 3, 4, 5, 6, 7, 8, 8, 9]


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("unfinished", "def more():\n    raise NotImplementedError"),
        ("unfinished", "raise NotImplementedError('later')"),
        ("input", "n = int(input('How many? '))"),
        ("input", "from getpass import getpass\nsecret = getpass()"),
        ("download", "import urllib.request\nurllib.request.urlretrieve(address, 'data.csv')"),
        ("download", "import requests\nrequests.get(address)"),
        ("download", "import pandas as pd\npd.read_csv('https://example.org/data.csv')"),
        ("download", "from sklearn.datasets import fetch_openml\nfetch_openml('mnist_784')"),
        ("download", "!wget example.org/data.csv"),
        ("download", "%pip install torch"),
        ("download", "import os\nos.system('curl -O example.org/x')"),
        ("path", "data = np.load('/ho' 'me/ann/data.npy')"),
        ("path", "data = open('C:\\\\data\\\\x.csv')"),
        ("path", "data = open('~/x.csv')"),
        ("syntax", "def f(:\n    pass"),
        ("taken", "def dlcourse(pred, target):\n    pass"),
        ("taken", "dlcourse = 1"),
    ],
)
def test_code_that_cannot_be_graded_is_found_once_and_where_it_is(tmp_path, kind, source):
    notebook, number = with_code(source)
    ((what, cell, task),) = found(tmp_path, notebook)
    assert (what, cell, task) == (kind, number, 2)


@pytest.mark.parametrize(
    "source",
    [
        "# input() and https://example.org",
        '"""See /usr/share/doc and https://example.org."""',
        "raise ValueError('NotImplementedError')",
        "path = 'data/x.csv'; ratio = '1/2'; sign = '/'",
        "%timeit one_hot(np.array([1]), 2)",
        "!ls",
        "d = {}\nd.get('requests')",
        "print('input()')",
        "from dlcourse.checks import check",
        "def check(pred, target):\n    return pred == target",
        "def f(dlcourse):\n    dlcourse = 2\n    return dlcourse",
        "def input_size(x):\n    return x.size\ninput_size(np.zeros(3))",
    ],
)
def test_ordinary_code_is_left_in_peace(tmp_path, source):
    notebook, _ = with_code(source)
    assert found(tmp_path, notebook) == []


def test_a_cell_of_the_students_own_is_read_too_and_may_raise_what_it_likes(tmp_path):
    notebook = notebooks.changed(solved(LOSSES), Change("insert", "imports", "input()\nraise NotImplementedError"))
    assert found(tmp_path, notebook) == [("input", 3, None)]


def test_the_line_is_named(tmp_path):
    notebook, _ = with_code("x = 1\ny = input()")
    length = len(notebook.cells[notebooks.find(notebook, ANSWER)].source.splitlines())
    (finding,) = examined(tmp_path, notebook).findings
    assert finding.what == f"Line {length} waits for someone to type: input()."


def test_cells_that_were_run_out_of_order_are_found(tmp_path):
    notebook = solved(LOSSES)
    for count, place in enumerate((1, 3, 4, 7, 5, 8), 1):
        notebook.cells[place]["execution_count"] = count
    assert found(tmp_path, notebook) == [("order", 8, None)]
    notebook.cells[5]["execution_count"] = 4
    notebook.cells[7]["execution_count"] = 5
    assert found(tmp_path, notebook) == []


def test_a_part_that_was_not_run_is_no_matter(tmp_path):
    notebook = solved(LOSSES)
    for count, place in ((7, 1), (12, 7), (13, 30)):
        notebook.cells[place]["execution_count"] = count
    assert found(tmp_path, notebook) == []


@pytest.mark.parametrize("kernel", [{"name": "my-env", "display_name": "mine"}, None])
def test_another_kernel_is_found_and_put_back(tmp_path, kernel):
    notebook = solved(LOSSES)
    notebook.metadata.pop("kernelspec")
    if kernel:
        notebook.metadata["kernelspec"] = kernel
    result = examined(tmp_path, notebook)
    assert [each.kind for each in result.findings] == ["kernel"]
    doctor.heal(result)
    assert doctor.examine(result.path).findings == []


def test_outputs_that_are_too_large_are_found(tmp_path):
    notebook = solved(LOSSES)
    much = nbformat.v4.new_output("stream", text="x" * (doctor.MOST_OUTPUT + 1))
    notebook.cells[7]["outputs"] = [much]
    assert found(tmp_path, notebook) == [("output", 8, 2)]
    much["text"] = "x" * (doctor.MOST_OUTPUT // 2)
    assert found(tmp_path, notebook) == []


def test_a_file_under_another_name_is_found(tmp_path):
    (finding,) = examined(tmp_path, solved(LOSSES), "03_losses (1)").findings
    assert (finding.kind, finding.cell, finding.fixable) == ("name", None, False)
    assert finding.mend == "Hand it in as 03_losses.ipynb."


HARMS = {
    "copied": Change("duplicate", "task-2-hidden"),
    "copied answer": Change("duplicate", ANSWER),
    "deleted": Change("delete", "task-5-visible"),
    "edited": Change("replace", "task-1-visible", "print('all right')"),
}


@pytest.mark.parametrize("harm", HARMS)
def test_harmed_cells_are_found_and_fixed_and_the_answers_are_the_same(tmp_path, capsys, harm):
    notebook = notebooks.changed(solved(LOSSES), HARMS[harm])
    path = saved(tmp_path, notebook, LOSSES)
    before = path.read_bytes()
    assert cli.main(["doctor", str(path)]) == cli.NOT_AS_EXPECTED
    assert harm.split()[0] in capsys.readouterr().out
    assert path.read_bytes() == before
    assert cli.main(["doctor", str(path), "--fix"]) == cli.AS_EXPECTED
    out, err = capsys.readouterr()
    assert out == "03_losses.ipynb: nothing to mend\n"
    assert "the notebook as it was" in err
    assert answers(notebooks.read(path)) == answers(solved(LOSSES))
    assert (tmp_path / "03_losses.ipynb.1.bak").read_bytes() == before
    assert cli.main(["doctor", str(path)]) == cli.AS_EXPECTED


def test_moved_and_retyped_cells_are_fixed_at_once_with_all_else(tmp_path):
    notebook = solved(LOSSES)
    for harm in HARMS.values():
        notebook = notebooks.changed(notebook, harm)
    notebook.cells.append(notebook.cells.pop(notebooks.find(notebook, "animals")))
    place = notebooks.find(notebook, "task-4-solution")
    notebook.cells[place] = notebooks.retyped(notebook.cells[place], "markdown")
    result = examined(tmp_path, notebook)
    kinds = {"copied", "deleted", "edited", "moved", "retyped"}
    assert {each.kind for each in result.findings} == kinds
    doctor.heal(result)
    assert doctor.examine(result.path).findings == []
    assert answers(notebooks.read(result.path)) == answers(solved(LOSSES))


def test_what_is_the_students_is_left_to_the_student(tmp_path, capsys):
    notebook, _ = with_code("input()")
    path = saved(tmp_path, notebooks.changed(notebook, HARMS["deleted"]), LOSSES)
    assert cli.main(["doctor", str(path)]) == cli.NOT_AS_EXPECTED
    assert f"2 findings; dlcourse doctor --fix {path} mends 1 of them" in capsys.readouterr().out
    assert cli.main(["doctor", str(path), "--fix"]) == cli.NOT_AS_EXPECTED
    assert capsys.readouterr().out.splitlines()[-1] == "03_losses.ipynb: 1 finding"


def test_an_older_backup_is_never_written_over(tmp_path):
    (tmp_path / "03_losses.ipynb.1.bak").write_text("older")
    for number in (2, 3):
        backup = doctor.heal(examined(tmp_path, notebooks.changed(solved(LOSSES), HARMS["deleted"])))
        assert backup.name == f"03_losses.ipynb.{number}.bak"
    assert (tmp_path / "03_losses.ipynb.1.bak").read_text() == "older"


def test_a_healthy_notebook_is_not_written(tmp_path, capsys):
    path = saved(tmp_path, solved(LOSSES), LOSSES)
    before = path.stat()
    assert cli.main(["doctor", str(path), "--fix"]) == cli.AS_EXPECTED
    assert "nothing had to be put back, and nothing was written" in capsys.readouterr().err
    assert path.stat() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_a_notebook_that_cannot_be_written_is_left_whole(tmp_path, monkeypatch):
    result = examined(tmp_path, notebooks.changed(solved(LOSSES), HARMS["deleted"]))
    before = result.path.read_bytes()

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        doctor.heal(result)
    assert result.path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["03_losses.ipynb", "03_losses.ipynb.1.bak"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    target = saved(tmp_path / "real", notebooks.changed(solved(LOSSES), HARMS["deleted"]), LOSSES)
    link = tmp_path / "03_losses.ipynb"
    link.symlink_to(target)
    doctor.heal(doctor.examine(link))
    assert link.is_symlink()
    assert doctor.examine(target).findings == []
    assert stat.S_ISREG(target.stat().st_mode)


def test_without_the_release_the_doctor_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(blueprint, "CHECKOUT", tmp_path)
    path = saved(tmp_path, solved(LOSSES), LOSSES)
    assert cli.main(["doctor", str(path)]) == cli.BROKEN
    assert (
        "this copy of dlcourse came without exercises/. Name it: --release 03_losses.ipynb" in capsys.readouterr().err
    )
    (tmp_path / "given").mkdir()
    given = saved(tmp_path / "given", exercise(LOSSES), LOSSES)
    assert cli.main(["doctor", str(path), "--release", str(given)]) == cli.AS_EXPECTED


def test_a_notebook_of_another_release_is_brought_up_to_date(tmp_path, capsys):
    old = solved(LOSSES)
    old.cells[notebooks.find(old, "task-4-hidden")].metadata.nbgrader.checksum = "0" * 32
    path = saved(tmp_path, old, LOSSES)
    assert cli.main(["doctor", str(path)]) == cli.NOT_AS_EXPECTED
    assert "comes from another release of the assignment" in " ".join(capsys.readouterr().out.split())
    assert cli.main(["doctor", str(path), "--fix"]) == cli.AS_EXPECTED


def test_findings_as_json(tmp_path, capsys):
    path = saved(tmp_path, notebooks.changed(solved(LOSSES), HARMS["edited"]), LOSSES)
    assert cli.main(["doctor", str(path), "--json"]) == cli.NOT_AS_EXPECTED
    record = json.loads(capsys.readouterr().out)
    assert record["assignment"] == LOSSES
    ((finding),) = record["findings"]
    assert set(finding) == {"kind", "what", "mend", "cell", "task", "fixable"}
    assert (finding["kind"], finding["cell"], finding["task"], finding["fixable"]) == ("edited", 5, 1, True)


def test_a_finding_has_its_place_its_kind_and_its_remedy_in_the_table(tmp_path):
    notebook, number = with_code("input()")
    text = doctor.as_text(examined(tmp_path, notebook), 80)
    assert f"cell {number}, task 2  input" in text
    assert "Set a variable instead." in " ".join(text.split())
    assert max(map(len, text.splitlines()[:-1])) <= 80
