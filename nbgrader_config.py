"""nbgrader's configuration: read by every nbgrader command, formgrader and JupyterLab started in this directory.

Names of directories, and what makes stock nbgrader fair (every student gets the same interpreter, one BLAS thread and
no one's personal start-up files) and robust (a deleted or copied cell costs nobody else the run).
"""

import os
import sys
import sysconfig
from pathlib import Path

import nbgrader

import dlcourse.grader
from dlcourse.grader.mends import SANITIZERS

here = Path(__file__).resolve().parent
c = get_config()  # noqa: F821 - given by traitlets, which reads this file

# Directories. `submitted`, `autograded`, `feedback` and `gradebook.db` keep nbgrader's names beside them.
c.CourseDirectory.root = str(here)
c.CourseDirectory.course_id = "dlcourse"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"

# exercises/ is committed, so it always exists already; without this, nbgrader would skip it and know no assignment.
c.GenerateAssignment.force = True

# One cell may run this long. The checks stop each call of a student's function after a few seconds of computing by
# themselves; this limit is for what runs while a student's own cell is read. It counts by the clock on the wall, so it
# leaves room for a busy machine.
c.Execute.timeout = 60
c.Execute.startup_timeout = 120  # a cold disk or a busy machine is no student's fault
# A cell that prints without end takes a while to drain. Never set raise_on_iopub_timeout to False: a test cell whose
# error message is late would then count as passed.
c.Execute.iopub_timeout = 60
c.Execute.shutdown_kernel = "immediate"
c.LimitOutput.max_lines = 200

# A deleted test cell is put back and run; cells that were copied or deleted otherwise are mended first.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [f"{each.__module__}.{each.__name__}" for each in SANITIZERS]

# Feedback pages call no other host: our empty macro comes before nbconvert's, which loads MathJax.
c.HTMLExporter.extra_template_basedirs = [
    str(Path(dlcourse.grader.__file__).parent / "templates"),
    str(Path(nbgrader.__file__).parent / "server_extensions" / "formgrader" / "templates"),
]

# The kernel "python3" is this interpreter's own, whatever kernels the user or the machine has under that name.
own_kernels = str(Path(sys.prefix, "share", "jupyter"))
others = [path for path in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if path not in ("", own_kernels)]
os.environ["JUPYTER_PATH"] = os.pathsep.join([own_kernels, *others])

# nbgrader starts `alembic` by name when it makes a gradebook; it lies beside this interpreter, activated or not.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])

# The same for everyone: one thread, no start-up files, and nothing written to a home directory.
for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ.pop("PYTHONSTARTUP", None)
for name, folder in (("IPYTHONDIR", "ipython"), ("MPLCONFIGDIR", "matplotlib")):
    home = here / "_build" / "home" / folder
    home.mkdir(parents=True, exist_ok=True)
    os.environ[name] = str(home)
