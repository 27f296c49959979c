"""Downloads of platforms for tests, written from what the platforms say of themselves; and a course to collect into."""

import json
import re
import shutil
import unicodedata
import warnings
import zipfile
from pathlib import Path

import nbformat

from dlcourse.grader import notebooks, stock

NAME, OTHER = "tiny", "small"
CONFIG = Path(__file__).parents[2] / "nbgrader_config.py"
RIGHT, WRONG = "return 2 * x", "return 3 * x"


def source(name):
    """Return an instructor's notebook; those of two assignments have cells of the same names."""
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    marks = (
        ("task-1-solution", {"solution": True}, answer),
        ("task-1-visible", {"grade": True, "locked": True, "points": 2}, f"# {name}\nassert double(2) == 4"),
        ("task-2-answer", {"grade": True, "solution": True, "points": 1}, f"Say why, in {name}."),
    )
    cells = []
    for cell, its, text in marks:
        new = nbformat.v4.new_markdown_cell if cell == "task-2-answer" else nbformat.v4.new_code_cell
        one = new(text)
        one["id"] = cell
        rest = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
        one.metadata["nbgrader"] = {"grade_id": cell, **rest, **its}
        cells.append(one)
    return nbformat.v4.new_notebook(cells=cells)


def make_course(root):
    shutil.copy(CONFIG, root)
    for name in (NAME, OTHER):
        notebooks.write(root / "solutions" / name / f"{name}.ipynb", source(name))
        stock.generate(stock.open_course(root), name)
    return root


def handed_in(root, body=RIGHT, name=NAME):
    """Return the bytes of a student's notebook."""
    notebook = notebooks.read(root / "exercises" / name / f"{name}.ipynb")
    notebook.cells[0].source = f"def double(x):\n    {body}"
    return notebooks.as_text(notebook).encode()


# Canvas: small letters of the sortable name, whether it is late, the user, the attachment, the file.


def in_canvas(sortable, user, attachment, file, late=False):
    name = re.sub(r"\W", "", unicodedata.normalize("NFC", sortable.lower()))
    clean = re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", file)
    return f"{name}_{'LATE_' if late else ''}{user}_{attachment}_{clean}"


def canvas_gradebook(people, column="Tiny (77)", cells=None):
    """Return Canvas's export: people are (sortable name, id, login)."""
    cells = cells or {}
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", column, "Final Score"]
    lines = [head, ["    Points Possible", "", "", "", "", "3.00", "(read only)"]]
    lines += [[name, f"{user}", f"sis{user}", login, "A", cells.get(user, ""), "50"] for name, user, login in people]
    return table(lines)


# Moodle: a folder for each participant, or the same words before the name of the file.


def in_moodle(full_name, participant, file, old=False, flat=False):
    front = f"{full_name.replace('_', ' ')}_{participant}_assignsubmission_file"
    return f"{front}_{file}" if flat else f"{front}{'_' * old}/{file}"


def moodle_worksheet(people, grades=None, comments=None, most="3.00"):
    """Return Moodle's worksheet: people are (full name, participant, ID number, e-mail, submitted)."""
    grades, comments = grades or {}, comments or {}
    head = [
        *("Identifier", "Full name", "ID number", "Email address", "Status", "Grade", "Maximum Grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments"),
    ]
    lines = [
        [f"Participant {number}", name, idnumber, email, "Submitted for grading", grades.get(number, ""), most, "Yes",
         when, "-", comments.get(number, "")]
        for name, number, idnumber, email, when in people
    ]  # fmt: skip
    return table([head, *lines])


def table(lines):
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    return "\r\n".join([*quoted, ""]).encode()


def packed(path, files, **when):
    """Write a zip file of (name, content); a name may be there twice, and may be a ZipInfo."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in files:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 3, 9, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, data)
    return path


def unlike(notebook):
    """Return a notebook that is of no assignment."""
    read = json.loads(notebook)
    for cell in read["cells"]:
        cell["metadata"] = {}
    return json.dumps(read).encode()
