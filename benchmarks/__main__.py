"""The command line: ``python -m benchmarks`` measures the course against its peers and prints a table of ratios."""

# ruff: noqa: T201 - a command line prints

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.table import Cell, Row, Table, as_text, missed

SECTIONS = {"mlp": "mlp", "transformer": "transformer", "ops": "operations", "import": "imports"}
ONCE = ("import",)  # the number of threads does not matter
PACKAGES = ("numpy", "torch", "jax", "scikit-learn")
POOLS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
MET, MISSED, BROKEN = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments; those of the process if not given.

    Returns
    -------
    int
        0 if all goals were reached; 1 if one was missed; 2 if something could not be measured.
    """
    arguments = _parser().parse_args(argv)
    broken, tables = False, []
    if not arguments.json:
        print(_machine(), end="\n\n", flush=True)
    for section in [arguments.only] if arguments.only else SECTIONS:
        for threads in arguments.threads[:1] if section in ONCE else arguments.threads:
            measured = _measure(section, threads, arguments.repeats)
            broken |= not measured
            tables += measured
            if not arguments.json:
                print(*(as_text(table) for table in measured), sep="\n\n", end="\n\n", flush=True)
    faults = [sentence for table in tables for sentence in missed(table)]
    if arguments.json:
        print(json.dumps({"machine": _machine(), "tables": [asdict(table) for table in tables]}, indent=1))
    for sentence in faults:
        print(f"benchmarks: MISSED: {sentence}", file=sys.stderr)
    return BROKEN if broken else MISSED if faults else MET


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, help="one section (default: all)")
    parser.add_argument("--repeats", type=_count, default=15, help="turns of each contender (default: 15)")
    parser.add_argument("--threads", type=_counts, default=[1, 2], metavar="1,2", help="default: 1,2")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1; got {number}")
    return number


def _counts(text: str) -> list[int]:
    return [_count(number) for number in text.split(",")]


def _measure(section: str, threads: int, repeats: int) -> list[Table]:
    """Run a section in a process that had its number of threads before it imported NumPy."""
    xla = f"--xla_cpu_multi_thread_eigen={str(threads > 1).lower()} intra_op_parallelism_threads={threads}"
    env = os.environ | dict.fromkeys(POOLS, str(threads)) | {"XLA_FLAGS": xla}
    command = [sys.executable, "-m", "benchmarks.child", SECTIONS[section], str(threads), str(repeats)]
    print(f"benchmarks: measuring {section} with {threads} thread(s) ...", file=sys.stderr, flush=True)
    checkout = Path(__file__).parents[1]
    run = subprocess.run(command, cwd=checkout, env=env, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - our own module
    if run.returncode:
        print(f"benchmarks: {section} with {threads} thread(s) could not be measured; see above", file=sys.stderr)
        return []
    return [_table(entry) for entry in json.loads(run.stdout.splitlines()[-1])]


def _table(entry: dict) -> Table:
    rows = [entry | {"cells": [cell and Cell(**cell) for cell in entry["cells"]]} for entry in entry["rows"]]
    return Table(**(entry | {"rows": [Row(**row) for row in rows]}))


def _machine() -> str:
    """Return processor, Python and versions of the packages, in one line."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = models[0] if models else platform.machine()
    found = {dist.metadata["Name"].lower() for dist in importlib.metadata.distributions()}
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES if name in found]
    return ", ".join([f"{os.cpu_count()} x {cpu}", f"Python {platform.python_version()}", *versions])


if __name__ == "__main__":
    sys.exit(main())
