"""Committed notebooks are clean, and every solution has its exercise."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def committed_notebooks():
    """Return the paths of all notebooks in git."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.fail("these rules read the list of files from git: run them in a git checkout, with git on PATH")
    run = subprocess.run([git, "ls-files", "-z", "*.ipynb"], cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - fixed command
    return [path for name in run.stdout.split(b"\0") if name and (path := ROOT / name.decode()).is_file()]


def notebook_violations(notebook):
    """Return a sentence for each trace that running a notebook left in it."""
    sentences = []
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code" and cell["outputs"]:
            sentences.append(f"cell {number} has {len(cell['outputs'])} outputs; clear them")
        if cell["cell_type"] == "code" and cell["execution_count"] is not None:
            sentences.append(f"cell {number} has the execution count {cell['execution_count']}; clear it")
    return sentences


def pairing_violations(solutions, exercises):
    """Return a sentence for each notebook, named relative to its own directory, that has no counterpart."""
    missing = [f"exercises has no {name}; generate it from solutions" for name in sorted(solutions - exercises)]
    return missing + [
        f"solutions has no {name}; an exercise is generated, not written" for name in sorted(exercises - solutions)
    ]


def below(directory):
    return {
        path.relative_to(ROOT / directory).as_posix()
        for path in committed_notebooks()
        if path.is_relative_to(ROOT / directory)
    }


def test_committed_notebooks_hold_no_traces_of_a_run():
    found = {
        path.relative_to(ROOT).as_posix(): notebook_violations(json.loads(path.read_text(encoding="utf-8")))
        for path in committed_notebooks()
    }
    assert {name: sentences for name, sentences in found.items() if sentences} == {}


def test_every_solution_has_its_exercise():
    assert pairing_violations(below("solutions"), below("exercises")) == []


def test_traces_of_a_run_are_found():
    clean = {"cell_type": "code", "outputs": [], "execution_count": None}
    assert notebook_violations({"cells": [clean, {"cell_type": "markdown"}]}) == []
    assert len(notebook_violations({"cells": [clean, clean | {"outputs": [{}]}]})) == 1
    assert len(notebook_violations({"cells": [clean | {"execution_count": 3}]})) == 1


def test_a_missing_counterpart_is_found():
    assert pairing_violations({"a/a.ipynb"}, {"a/a.ipynb"}) == []
    assert len(pairing_violations({"a/a.ipynb", "b/b.ipynb"}, {"a/a.ipynb"})) == 1
    assert len(pairing_violations({"a/a.ipynb"}, {"a/a.ipynb", "b/b.ipynb"})) == 1
