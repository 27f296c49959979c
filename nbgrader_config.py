"""nbgrader's configuration: read by every nbgrader command, formgrader and JupyterLab started in this directory.

Names of directories, and what makes stock nbgrader fair (every student gets the same interpreter, one BLAS thread and
no one's personal start-up files) and robust (a deleted or copied cell costs nobody else the run).
"""

import os
import sysconfig
from pathlib import Path

import nbgrader

import dlcourse.grader
from dlcourse.grader import execute, feedback, mends, surroundings, validation

here = Path(__file__).resolve().parent
c = get_config()  # noqa: F821 - given by traitlets, which reads this file

# Directories. `submitted`, `autograded`, `feedback` and `gradebook.db` keep nbgrader's names beside them.
c.CourseDirectory.root = str(here)
c.CourseDirectory.course_id = "dlcourse"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# exercises/ is committed, so it always exists already; without this, nbgrader would skip it and know no assignment.
c.GenerateAssignment.force = True

# How long a cell may run, and the like: the same as for `dlcourse check`.
c.Execute.update(surroundings.EXECUTE)
c.LimitOutput.max_lines = 200

# A deleted test cell is put back and run; cells that were copied or deleted otherwise are mended first.
c.Autograde.sanitize_preprocessors = [f"{each.__module__}.{each.__name__}" for each in mends.SANITIZERS]

# What runs a submission: the student's cells in a cage, the tests in a process of their own. With DLCOURSE_STOCK=1 in
# the environment nbgrader runs both in one kernel, in its own way.
c.CagedExecute.timeout = c.Execute.timeout
if not os.environ.get("DLCOURSE_STOCK"):
    c.Autograde.autograde_preprocessors = execute.PREPROCESSORS

# Validate runs the hidden checks too, so that it says what the grader will say.
c.Execute.on_notebook_start = validation.put_hidden_checks_in
c.Execute.on_cell_complete = validation.take_hidden_check_out

# Feedback pages are the course's own (dlcourse/grader/feedback.py). They show what hidden checks say, not the checks.
c.GenerateFeedback.preprocessors = feedback.PREPROCESSORS
c.HTMLExporter.extra_template_basedirs = [
    str(Path(dlcourse.grader.__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]
# With the address of your book, or a path from a feedback page to it, their messages link to the sections to reread.
c.FeedbackPage.book = os.environ.get("DLCOURSE_BOOK", "")

# The same for everyone: this interpreter's kernel, one thread, no start-up files, nothing written to a home directory.
os.environ.update(surroundings.environment(here / "_build" / "home"))

# nbgrader starts `alembic` by name when it makes a gradebook; it lies beside this interpreter, activated or not.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
