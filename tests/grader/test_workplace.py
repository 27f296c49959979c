"""`dlcourse open`: a student's copy is made once, never written over, and shown by a real JupyterLab."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from dlcourse import cli
from dlcourse.grader import blueprint, notebooks, workplace
from dlcourse.grader.notebooks import NotebookError
from tests.grader.given import exercise, saved, solved

CHECKOUT = Path(__file__).parents[2]
LOSSES, PERCEPTRON = "03_losses", "01_perceptron"
WORK = "what a student wrote"


@pytest.fixture
def released(tmp_path, monkeypatch):
    """Return the folder of an assignment that is given out with data beside it, in a checkout of its own."""
    folder = tmp_path / "course" / "exercises" / LOSSES
    saved(folder, exercise(LOSSES), LOSSES)
    (folder / "prices.npz").write_bytes(b"\x00first")
    monkeypatch.setattr(blueprint, "CHECKOUT", tmp_path / "course")
    return folder


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "my work"


def give_out_anew(released):
    notebook = exercise(LOSSES)
    notebook.cells[0].source += "\n\nA correction."
    return saved(released, notebook, LOSSES)


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("text", ["3", "03", "losses", LOSSES])
def test_an_assignment_has_a_number_and_a_word(text):
    assert workplace.find_name(text) == LOSSES


@pytest.mark.parametrize("text", ["", "0", "9", "loss", "3_losses", "³", "-3"])
def test_another_name_is_refused_with_the_ones_that_there_are(text):
    with pytest.raises(ValueError, match=r"must be one of 01_perceptron, .*; got "):
        workplace.find_name(text)


def test_the_first_time_all_that_is_given_out_is_copied(released, mine):
    copy = workplace.prepare(LOSSES, mine)
    assert copy.notebook.read_bytes() == (released / f"{LOSSES}.ipynb").read_bytes()
    assert (copy.folder / "prices.npz").read_bytes() == b"\x00first"
    assert sorted(copy.made) == [f"{LOSSES}.ipynb", "prices.npz"]
    assert sorted(contents(copy.folder)) == [workplace.RECORD, f"{LOSSES}.ipynb", "prices.npz"]


def test_afterwards_nothing_that_is_there_is_touched(released, mine):
    workplace.prepare(LOSSES, mine)
    (mine / LOSSES / f"{LOSSES}.ipynb").write_text(WORK)
    (mine / LOSSES / "prices.npz").write_text(WORK)
    give_out_anew(released)
    before = contents(mine)
    copy = workplace.prepare(LOSSES, mine)
    assert contents(mine) == before
    assert (copy.made, copy.kept, copy.changed) == ([], [], [f"{LOSSES}.ipynb"])


def test_what_is_given_out_in_addition_is_put_beside_the_work(released, mine):
    workplace.prepare(LOSSES, mine)
    (mine / LOSSES / f"{LOSSES}.ipynb").write_text(WORK)
    (released / "more.csv").write_text("1,2")
    copy = workplace.prepare(LOSSES, mine)
    assert (copy.made, copy.changed) == (["more.csv"], [])
    assert copy.notebook.read_text() == WORK


def test_a_copy_that_was_made_by_hand_is_opened_as_it_is(released, mine):
    (mine / LOSSES).mkdir(parents=True)
    (mine / LOSSES / f"{LOSSES}.ipynb").write_text(WORK)
    copy = workplace.prepare(LOSSES, mine)
    assert copy.notebook.read_text() == WORK
    assert (copy.made, copy.changed) == (["prices.npz"], [])


def test_a_fresh_copy_keeps_every_older_one(released, mine):
    workplace.prepare(LOSSES, mine)
    for number in (1, 2):
        (mine / LOSSES / f"{LOSSES}.ipynb").write_text(f"{WORK} {number}")
        given = give_out_anew(released)
        copy = workplace.prepare(LOSSES, mine, fresh=True)
        assert copy.kept == [mine / LOSSES / "old" / f"{LOSSES}.{number}.ipynb"]
        assert copy.kept[0].read_text() == f"{WORK} {number}"
        assert copy.notebook.read_bytes() == given.read_bytes()
        assert copy.changed == []
    assert workplace.prepare(LOSSES, mine).changed == []


def test_a_fresh_copy_of_what_nobody_has_worked_in_moves_nothing(released, mine):
    workplace.prepare(LOSSES, mine)
    before = contents(mine)
    assert workplace.prepare(LOSSES, mine, fresh=True).kept == []
    assert contents(mine) == before


def test_a_copy_that_was_brought_up_to_date_by_hand_is_not_called_old(released, mine):
    workplace.prepare(LOSSES, mine)
    (mine / LOSSES / f"{LOSSES}.ipynb").write_bytes(give_out_anew(released).read_bytes())
    assert workplace.prepare(LOSSES, mine).changed == []


def test_the_folder_of_what_is_given_out_is_no_place_for_a_copy(released):
    before = contents(released)
    with pytest.raises(ValueError, match=r"must be one of your own; .*exercises holds the notebooks"):
        workplace.prepare(LOSSES, released.parent, fresh=True)
    assert contents(released) == before


def test_what_is_no_file_is_not_taken_for_a_copy(released, mine):
    (mine / LOSSES / f"{LOSSES}.ipynb").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"a file must be at .*03_losses\.ipynb; there is something else"):
        workplace.prepare(LOSSES, mine, fresh=True)


def test_a_torn_record_is_named(released, mine):
    workplace.prepare(LOSSES, mine)
    (mine / LOSSES / workplace.RECORD).write_text("{")
    with pytest.raises(ValueError, match=r"as-given\.json must hold what dlcourse wrote into it; delete it"):
        workplace.prepare(LOSSES, mine)


def test_without_a_checkout_the_notebook_is_named_and_copied_alone(released, mine, tmp_path, monkeypatch):
    monkeypatch.setattr(blueprint, "CHECKOUT", tmp_path / "nowhere")
    with pytest.raises(ValueError, match=r"must be at .*nowhere.*; it is not\. --release FILE"):
        workplace.prepare(LOSSES, mine)
    copy = workplace.prepare(LOSSES, mine, release=released / f"{LOSSES}.ipynb")
    assert copy.made == [f"{LOSSES}.ipynb"]


def test_a_release_of_another_assignment_is_refused(released, mine):
    with pytest.raises(NotebookError, match=r"must be a notebook of 01_perceptron; .* is one of 03_losses"):
        workplace.prepare(PERCEPTRON, mine, release=released / f"{LOSSES}.ipynb")
    assert not mine.exists()


def test_the_command_prints_the_path_and_says_the_rest_beside_it(released, mine, capsys, monkeypatch):
    mine.mkdir()
    monkeypatch.chdir(mine)
    path = f"{Path('my-work', LOSSES, LOSSES)}.ipynb"
    assert cli.main(["open", "3", "--print"]) == cli.AS_EXPECTED
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{path}\n", f"dlcourse: a fresh copy is made: {path}\n")
    Path(path).write_text(WORK)
    give_out_anew(released)
    assert cli.main(["open", "losses", "--print"]) == cli.AS_EXPECTED
    said = capsys.readouterr().err
    assert f"your copy is there already, and stays as you left it: {path}" in said
    assert f"another version of {LOSSES}.ipynb has been given out" in said
    assert "add --fresh" in said
    assert cli.main(["open", "losses", "--print", "--fresh"]) == cli.AS_EXPECTED
    assert f"kept as it was: {Path('my-work', LOSSES, 'old', LOSSES)}.1.ipynb" in capsys.readouterr().err


def test_work_in_the_notebook_that_is_given_out_is_spoken_of(released, mine, capsys):
    saved(released, solved(LOSSES), LOSSES)
    assert cli.main(["open", "3", "--print", "--folder", str(mine)]) == cli.AS_EXPECTED
    assert f"someone has worked in exercises/{LOSSES} itself" in capsys.readouterr().err


def test_without_jupyterlab_the_command_says_what_to_install_and_copies_nothing(released, mine, capsys, monkeypatch):
    monkeypatch.setattr(workplace, "find_spec", lambda name: None)
    assert cli.main(["open", "3", "--folder", str(mine)]) == cli.BROKEN
    assert "JupyterLab is needed and not installed" in (said := capsys.readouterr().err)
    assert "dlcourse[course]" in said
    assert not mine.exists()


# ------------------------------------------------------------------ a real JupyterLab


class Lab:
    """JupyterLab as `dlcourse open` starts it."""

    def __init__(self, folder):
        runtime = folder / "runtime"
        command = [sys.executable, "-m", "dlcourse.cli", "open", "01", "--no-browser", "--folder", str(folder / "mine")]
        command += ["--lab=--allow-root", "--lab=--ServerApp.port=0"]
        own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        with (folder / "log").open("w") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
                command, cwd=folder, env={**os.environ, **own, "PYTHONPATH": str(CHECKOUT)},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        ends = time.monotonic() + 120
        while not (found := list(runtime.glob("jpserver-*.json"))) or not self.answers(
            json.loads(found[0].read_text())
        ):
            assert self.process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < ends, (folder / "log").read_text()
            time.sleep(0.2)

    def answers(self, known):
        self.url, self.token = known["url"], known["token"]
        try:
            return self.ask("api/status")
        except OSError:
            return False

    def ask(self, address, /, **form):
        with self.opened(address, **form) as reply:
            return reply.read().decode()

    def opened(self, address, /, **form):
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(self.url + address, data, {"Authorization": f"token {self.token}"})  # noqa: S310
        return urllib.request.urlopen(request, timeout=300)  # noqa: S310 - this machine


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("a student's"))
    try:
        yield lab
    finally:
        lab.process.send_signal(signal.SIGTERM)
        assert lab.process.wait(60) == 0


def test_jupyterlab_has_the_students_copy(lab):
    assert lab.url.startswith(("http://localhost:", "http://127.0.0.1:"))
    given = notebooks.read(CHECKOUT / "exercises" / PERCEPTRON / f"{PERCEPTRON}.ipynb")
    got = json.loads(lab.ask(f"api/contents/{PERCEPTRON}/{PERCEPTRON}.ipynb"))["content"]
    assert [cell["source"] for cell in got["cells"]] == [cell.source for cell in given.cells]


def test_jupyterlab_shows_the_notebook_first(lab):
    with lab.opened("") as reply:
        assert urllib.parse.urlsplit(reply.url).path == f"/lab/tree/{PERCEPTRON}/{PERCEPTRON}.ipynb"


def test_validate_runs_the_hidden_checks(lab):
    answer = lab.ask("assignments/validate", path=f"{PERCEPTRON}/{PERCEPTRON}.ipynb")
    assert json.loads(answer)["success"], answer
    failed = [cell["source"].splitlines()[0] for cell in json.loads(answer)["value"]["failed"]]
    assert "# 7 points: these checks run when your notebook is graded." in failed  # without its check it would pass
