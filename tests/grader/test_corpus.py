"""Every right and wrong answer of the corpus, in a notebook's own surroundings.

What autograde, Validate and check share is run in this process: the answer and then the same test cell, by IPython, in
one namespace, scored with nbgrader's function. What is left out is three kernels an answer, which cost ten seconds and
run the same code; test_agreement.py starts them for some notebooks of every assignment.
"""

from itertools import groupby

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbgrader.utils import determine_grade

from dlcourse.checks import calls
from dlcourse.grader import blueprint, notebooks
from tests.checks.corpus import ALL

BY_TASK = {key: list(group) for key, group in groupby(ALL, key=lambda answer: (answer.assignment, answer.task))}


@pytest.fixture
def shell(monkeypatch):
    monkeypatch.setattr(calls, "CALL_SECONDS", 3.0)  # endless answers are stopped sooner than a student would see it
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def score(shell, cell):
    """Run a test cell as a kernel does, and return the points that nbgrader gives for its outputs."""
    with capture_output() as captured:
        ran = shell.run_cell(cell.source)
    outputs = [nbformat.v4.new_output("stream", name=n, text=getattr(captured, n)) for n in ("stdout", "stderr")]
    cell["outputs"] = [output for output in outputs if output.text]
    if not ran.success:
        error = ran.error_in_exec or ran.error_before_exec
        raised = nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])
        cell["outputs"] = [raised]
    return determine_grade(cell)


@pytest.mark.parametrize(("name", "task"), BY_TASK)
def test_every_answer_of_the_corpus_earns_in_a_notebook_what_the_corpus_says(shell, name, task):
    cells = {notebooks.grade_id(cell): cell for cell in blueprint.blueprint(name, None)}
    built_in, wrongly = set(shell.user_ns), []
    for answer in BY_TASK[name, task]:
        for left_behind in set(shell.user_ns) - built_in:
            del shell.user_ns[left_behind]
        with capture_output():
            shell.run_cell("import numpy as np")
            shell.run_cell(answer.path.read_text(encoding="utf-8"))
        points, most = score(shell, cells[f"task-{task}-hidden"])
        if points != (most if answer.right else 0):
            wrongly.append(f"{answer}: {points} of {most}")
    assert wrongly == []
