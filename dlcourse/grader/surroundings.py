"""What is the same wherever notebooks are run: under nbgrader's own commands, and for a learner alone."""

import os
import sys
from pathlib import Path
from typing import Any

# For nbgrader's Execute.
EXECUTE: dict[str, Any] = {
    # One cell may run this long. The checks stop each call of a student's function after a few seconds of computing by
    # themselves; this limit is for what runs while a student's own cell is read. It counts by the clock on the wall, so
    # it leaves room for a busy machine.
    "timeout": 60,
    "startup_timeout": 120,  # a cold disk or a busy machine is no student's fault
    # A cell that prints without end takes a while to drain. Never set raise_on_iopub_timeout to False: a test cell
    # whose error message is late would then count as passed.
    "iopub_timeout": 60,
    "shutdown_kernel": "immediate",
}


# Libraries of linear algebra that would start a thread for each core.
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}


def kernels() -> str:
    """Return a value for ``JUPYTER_PATH`` with which the kernel "python3" is this interpreter's own."""
    own = str(Path(sys.prefix, "share", "jupyter"))
    others = [path for path in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if path not in ("", own)]
    return os.pathsep.join([own, *others])


def environment(home: Path) -> dict[str, str]:
    """Return what a kernel needs in its environment: the same for everyone, and nothing written to a home directory.

    Parameters
    ----------
    home : Path
        Where IPython and matplotlib may keep what they like; two folders are made in it.

    Returns
    -------
    dict of str to str
        Variables by name. The kernel "python3" is this interpreter's own, whatever kernels the user or the machine
        has under that name; libraries run one thread; no start-up file is read.
    """
    found = {"JUPYTER_PATH": kernels(), "PYTHONSTARTUP": "", **ONE_THREAD}
    for name, folder in (("IPYTHONDIR", "ipython"), ("MPLCONFIGDIR", "matplotlib")):
        own = home / folder
        own.mkdir(parents=True, exist_ok=True)
        found[name] = str(own)
    return found
