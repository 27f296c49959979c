"""What it costs to import the course, measured in fresh interpreters."""

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.table import Cell, Row, Table
from benchmarks.timing import spread

__all__ = ["measure"]

MOST_MS = 20.0
CHECKOUT = Path(__file__).parents[1]
APART = ("cli", "figures")  # the command line and the figures are not what `import dlcourse...` is for


def measure(threads: int, repeats: int) -> list[Table]:
    """Time imports, in turns.

    Parameters
    ----------
    threads : int
        Threads of NumPy's BLAS, which it starts when it is imported.
    repeats : int
        Interpreters for each statement; at least 15 are started.

    Returns
    -------
    list of Table
        One table. Its figures are the milliseconds that a statement costs more than ``import numpy``.
    """
    repeats = max(repeats, 15)
    chapters = sorted(
        path.stem for path in (CHECKOUT / "dlcourse").glob("*.py") if path.stem not in APART and path.stem[0] != "_"
    )
    statements = {
        "nothing": "",
        "import numpy": "import numpy",
        "import numpy.random": "import numpy.random",
        "import dlcourse": "import dlcourse",
        "import dlcourse.sequential": "import dlcourse.sequential",
        "all its chapters": "import " + ", ".join(f"dlcourse.{name}" for name in chapters),
    }
    times: dict[str, list[float]] = {name: [] for name in statements}
    with TemporaryDirectory() as compiled:
        for statement in statements.values():
            _cpu_seconds(statement, compiled)  # compiles, and reads everything from disk once
        for _ in range(repeats):
            for name, statement in statements.items():
                times[name].append(_cpu_seconds(statement, compiled))
    rows = []
    for name, taken in times.items():
        extra = 1e3 * median(a - b for a, b in zip(taken, times["import numpy"], strict=True))
        goal = MOST_MS if "dlcourse" in statements[name] else None
        rows.append(Row(name, [Cell(median(taken), spread(taken), extra, goal, at_most=True)]))
    notes = [
        f"CPU time of a fresh interpreter, median of {repeats} interleaved, ± distance of the quartiles.",
        "Then: milliseconds more than `import numpy`, median of the differences.",
        f"Chapters: {', '.join(chapters)}.",
    ]
    return [Table("Import", ["CPU time"], rows, notes)]


def _cpu_seconds(statement: str, compiled: str) -> float:
    """Return the CPU time of an interpreter that does one statement, and keeps what it compiles in a directory."""
    program = f"{statement}\nimport time\nprint(time.process_time())"
    command = [sys.executable, "-c", program]
    env = os.environ | {"PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
    run = subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=True)  # noqa: S603 - our own statement
    return float(run.stdout)
