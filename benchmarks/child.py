"""What runs in a process of its own: one section with one number of threads; its tables go to the parent as JSON."""

# ruff: noqa: T201 - the parent reads what this prints

import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.agreement import DisagreementError
from benchmarks.timing import pin_to_one_core

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    """Measure, and print the tables.

    Parameters
    ----------
    arguments : sequence of str
        Module with the function `measure`, number of threads, number of repeats.

    Returns
    -------
    int
        0; or 2 if a contender computes something else than the others.
    """
    section, threads, repeats = arguments[0], int(arguments[1]), int(arguments[2])
    if threads == 1:
        pin_to_one_core()
    measure = importlib.import_module(f"benchmarks.{section}").measure
    try:
        tables = measure(threads, repeats)
    except DisagreementError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    print(json.dumps([asdict(table) for table in tables]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
