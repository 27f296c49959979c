"""One graded class for all tests that need the real nbgrader, in two processes side by side."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from dlcourse.checks.engine import MODULES
from dlcourse.grader import batch, notebooks, stock
from tests.grader import tiny

CHECKOUT = Path(__file__).parents[2]
ASSIGNMENT = "01_perceptron"
SAMPLE_CLASS = CHECKOUT / "tests" / "course" / "sample_class"
ANSWERS = CHECKOUT / "tests" / "checks" / "answers" / ASSIGNMENT
OTHERS = [name for name in MODULES if name != ASSIGNMENT]  # which have no sample class
TASKS = range(1, 9)


@dataclass(frozen=True)
class Graded:
    """What `dlcourse demo` left behind."""

    into: Path
    code: int
    printed: str
    results: dict

    def points(self, student):
        return {task["task"]: (task["points"], task["max_points"]) for task in self.results[student]["tasks"]}


def first_wrong(task):
    """Return one wrong answer to a task, and not one that only wastes time."""
    return next(path for path in sorted((ANSWERS / f"task-{task}").glob("wrong_*.py")) if "endless" not in path.name)


def write_wrong_class(folder):
    """Write a class down: one who has everything right, and for each task one who has only that task wrong."""
    folder.mkdir()
    manifest = '[solution]\nrest = "solution"\n'
    for task in TASKS:
        name = f"wrong-{task}"
        (folder / name).mkdir()
        answer = first_wrong(task).read_text(encoding="utf-8")
        (folder / name / "answers.py").write_text(f"# task {task}\n{answer}", encoding="utf-8")
        manifest += f'[{name}]\nabout = "{first_wrong(task).name}"\nrest = "solution"\n'
    (folder / "class.toml").write_text(manifest, encoding="utf-8")


def start(into, *options):
    command = [sys.executable, "-m", "dlcourse.cli", "demo", "--course", str(CHECKOUT), "--keep-exercises"]
    command += ["--into", str(into), *map(str, options)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True
    )


def finish(process, into):
    printed, _ = process.communicate(timeout=600)
    file = into / "results.json"
    assert file.exists(), f"dlcourse demo ended with {process.returncode} and left no results; it printed:\n{printed}"
    results = {result["student"]: result for result in json.loads(file.read_text(encoding="utf-8"))}
    return Graded(into, process.returncode, printed, results)


def instructors_own():
    """Return what lies where a teacher's own grading would leave its files."""
    names = ("submitted", "autograded", "feedback", "gradebook.db", "grades.csv", "exercises", "solutions")
    files = [path for name in names for path in (CHECKOUT / name, *(CHECKOUT / name).rglob("*"))]
    return {str(path): path.stat().st_mtime_ns for path in files if path.exists()}


@pytest.fixture(scope="session")
def both(tmp_path_factory):
    before = instructors_own()
    base = tmp_path_factory.mktemp("graded (+ a space)")
    write_wrong_class(base / "wrong answers")
    shutil.copytree(SAMPLE_CLASS, base / "sample")
    running = {name: start(base / f"{name} graded", "--class", base / name) for name in ("wrong answers", "sample")}
    try:
        graded = {name: finish(process, base / f"{name} graded") for name, process in running.items()}
        return {**graded, "own files": (before, instructors_own())}
    finally:
        for process in running.values():
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def wrong_class(both):
    return both["wrong answers"]


@pytest.fixture(scope="session")
def sample_class(both):
    return both["sample"]


@pytest.fixture(scope="session")
def untouched(both):
    return both["own files"]


@pytest.fixture(scope="session")
def small_classes(tmp_path_factory):
    """Grade the smallest class of every other assignment, two at a time."""
    base = tmp_path_factory.mktemp("small")

    def grade(name):
        process = start(base / name, "--assignment", name)
        try:
            return finish(process, base / name)
        finally:
            process.kill()
            process.wait()

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(OTHERS, pool.map(grade, OTHERS), strict=True))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """Make a course of one small assignment, known to the gradebook, once."""
    root = tmp_path_factory.mktemp("template")
    shutil.copy(CHECKOUT / "nbgrader_config.py", root)
    notebooks.write(root / "solutions" / tiny.NAME / f"{tiny.NAME}.ipynb", tiny.source())
    stock.generate(stock.open_course(root), tiny.NAME)
    return root


@pytest.fixture
def course(template, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(template, root)
    return stock.open_course(root)


@pytest.fixture(scope="module")
def undisturbed(template, tmp_path_factory):
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(template, root)
    found = stock.open_course(root)
    tiny.whole_class(found)
    graded = tiny.points(batch.grade(found, tiny.NAME))
    return SimpleNamespace(points=graded, rows=tiny.rows(found), places=tiny.places(found))
