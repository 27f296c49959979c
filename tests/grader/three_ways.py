"""Judge notebooks in three ways, with the real nbgrader, in a process of its own; print what each said as JSON.

Usage: ``python -m tests.grader.three_ways FOLDER ASSIGNMENT ...``. Of each assignment three notebooks are made:
``blank``, ``solution``, and ``mixed``: every second answer of it is wrong, and the others are right in another way than
the instructor's.
"""

import json
import shutil
import sys
from pathlib import Path

from nbgrader.validator import Validator

from dlcourse.checks import assignment
from dlcourse.grader import notebooks, selfcheck, stock
from tests.checks.corpus import RIGHT, WRONG
from tests.grader.given import CHECKOUT, exercise, solutions, with_texts

KINDS = ("blank", "solution", "mixed")
SLOW = ("endless", "forever", "slow", "sleep")


def answer(answers, name, task):
    """Return the source of one answer to a task, and of none that only wastes time."""
    found = [a for a in answers if (a.assignment, a.task) == (name, task) and not any(s in a.path.stem for s in SLOW)]
    return found[len(found) // 2].path.read_text(encoding="utf-8")


def made(name, kind):
    """Return one of the three notebooks."""
    if kind == "blank":
        return exercise(name)
    found = assignment(name)
    answers = solutions(name)
    for task in found.tasks:
        if kind == "mixed":
            answers[task.number] = answer(WRONG if task.number % 2 else RIGHT, name, task.number)
    if found.quiz is not None and kind == "mixed":
        two_are_wrong = {one.number: one.true != (one.number < 2) for one in found.quiz.statements}
        answers[found.quiz.number] = f"answers = {two_are_wrong}"
    return with_texts(notebooks.answered(exercise(name), answers))


def three_ways(course, name, kind):
    """Return what autograde, check and validate say: points a task twice, and the test cells that fail."""
    path = course.notebook("submitted", kind, name)
    outcome = stock.autograde(course, name, kind)
    graded = {}
    for score in outcome.scores:
        if score.points is not None:
            task = notebooks.part_of_task(score.cell)[0]
            graded[task] = graded.get(task, 0) + score.points
    judged = selfcheck.judge(path, course.cell_seconds)
    texts = {score.cell for score in outcome.scores if score.points is None}
    lost = [s.cell for s in outcome.scores if s.points is not None and s.points < s.max_points]
    given = notebooks.read(path)
    return {
        "failure": outcome.failure,
        "autograde": graded,
        "check": {task.task: task.points for task in judged.tasks if f"task-{task.task}-answer" not in texts},
        "passed": judged.passed,
        "lost": sorted(given.cells[notebooks.find(given, cell)].source.strip() for cell in lost),
        "validate": sorted(
            cell["source"] for cell in Validator(config=course.config).validate(str(path)).get("failed", [])
        ),
    }


def main(folder, names):
    """Make, grade and check all notebooks of some assignments."""
    shutil.copytree(CHECKOUT / "solutions", folder / "solutions")
    course = stock.open_course(CHECKOUT, folder)
    said = {}
    for name in names:
        stock.generate(course, name)
        for kind in KINDS:
            notebooks.write(course.notebook("submitted", kind, name), made(name, kind))
            with stock.terminal_to(folder / "printed"):
                said[f"{name} {kind}"] = three_ways(course, name, kind)
    print(json.dumps(said))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
