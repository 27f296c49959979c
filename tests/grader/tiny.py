"""A course of one small assignment, whose notebooks take a moment to grade, and a class for it."""

import sqlite3

import nbformat

from dlcourse.grader import notebooks

NAME = "tiny"
SOURCE = (
    ("setup", {"locked": True}, "import numpy as np"),
    ("double", {"solution": True}, "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"),
    ("seen", {"grade": True, "locked": True, "points": 2}, "assert double(2) == 4"),
    ("hidden", {"grade": True, "locked": True, "points": 3},
     "### BEGIN HIDDEN TESTS\nassert double(np.ones(2)).tolist() == [2, 2]\n### END HIDDEN TESTS"),
    ("partly", {"grade": True, "locked": True, "points": 4}, "min(4, max(0, double(2)))"),
    ("words", {"grade": True, "solution": True, "points": 1}, "Say why."),
)  # fmt: skip
RIGHT, WRONG, PARTLY = "return 2 * x", "return 3 + x", "return 2 * x if np.ndim(x) == 0 else None"


def source():
    cells = []
    for name, marks, text in SOURCE:
        new = nbformat.v4.new_markdown_cell if name == "words" else nbformat.v4.new_code_cell
        one = new(text)
        one["id"] = name
        one.metadata["nbgrader"] = {
            "grade_id": name, "schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False,
            **marks,
        }  # fmt: skip
        cells.append(one)
    return nbformat.v4.new_notebook(cells=cells)


def submit(course, student, body=RIGHT, **files):
    notebook = notebooks.read(course.directory("release") / NAME / f"{NAME}.ipynb")
    notebook.cells[1].source = f"def double(x):\n    {body}"
    folder = course.directory("submitted") / student / NAME
    notebooks.write(folder / f"{NAME}.ipynb", notebook)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder / f"{NAME}.ipynb"


def points(outcomes):
    return {one.student: one.failure or {score.cell: score.points for score in one.scores} for one in outcomes}


FULL = {"seen": 2, "hidden": 3, "partly": 4, "words": 0}


def rows(course):
    """Return what the gradebook holds of all submissions, without what is counted up."""
    with sqlite3.connect(course.root / "gradebook.db") as database:
        return sorted(
            database.execute(
                "select student.id, base_cell.name, auto_score, needs_manual_grade from grade"
                " join base_cell on base_cell.id = grade.cell_id"
                " join submitted_notebook on submitted_notebook.id = grade.notebook_id"
                " join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id"
                " join student on student.id = submitted_assignment.student_id"
            )
        )


def places(course):
    """Return what lies under autograded, with what it holds."""
    root = course.directory("autograded")
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def whole_class(course):
    for number in range(12):
        submit(course, f"s{number:02}", (RIGHT, WRONG, PARTLY)[number % 3], data__csv=f"{number}")
