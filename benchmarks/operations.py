"""What single operations cost, from the size of an exercise to the size of a model."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.agreement import check_agreement
from benchmarks.field import Entry, busy, in_words
from benchmarks.table import Cell, Row, Table
from benchmarks.timing import Usage, choose_clock, interleave, ratio, spread

__all__ = ["ENTRIES", "Arrays", "Case", "Operation", "make_cases", "measure"]

Arrays = Mapping[str, NDArray[Any]]
Operation = Callable[[], Arrays]
ENTRIES = (
    Entry("PyTorch", "torch", "pytorch_operations", "OPERATIONS"),
    Entry("formula", "dlcourse", "course_operations", "FORMULAS"),
    Entry("kernel", "dlcourse", "course_operations", "KERNELS"),
)


@dataclass(frozen=True)
class Case:
    """An operation on certain arrays.

    Attributes
    ----------
    operation : str
        Its name.
    shape : tuple of int
        What the name in the table ends with.
    arrays : mapping of str to ndarray
        All float32, but for labels and word numbers.
    """

    operation: str
    shape: tuple[int, ...]
    arrays: Arrays

    @property
    def name(self) -> str:
        """What the case is called in the table."""
        return f"{self.operation} {'x'.join(map(str, self.shape))}"


def make_cases() -> list[Case]:
    """Draw the arrays of all cases, the same in every run.

    Returns
    -------
    list of Case
        By operation, and then by size.
    """
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> NDArray[np.float32]:
        return rng.normal(size=shape).astype(np.float32)

    cases = [Case("softmax", shape, {"X": normal(*shape)}) for shape in ((32, 10), (512, 10), (32, 4, 16, 16))]
    for n, k in ((32, 10), (512, 10), (512, 256)):
        arrays = {"logits": normal(n, k), "labels": rng.integers(k, size=n)}
        cases.append(Case("cross-entropy, both ways", (n, k), arrays))
    for size in (1_000, 101_770, 1_000_000):
        cases.append(Case("Adam step", (size,), {"w": normal(size), "g": normal(size)}))
    for operation in ("LayerNorm, both ways", "BatchNorm, both ways"):
        for n, d in ((32, 128), (512, 64 if operation.startswith("Layer") else 128)):
            arrays = {"X": normal(n, d), "gamma": normal(d), "beta": normal(d), "dY": normal(n, d)}
            cases.append(Case(operation, (n, d), arrays))
    for shape in ((1, 2, 4, 4), (32, 4, 16, 16), (8, 8, 128, 32)):
        cases.append(Case("attention", shape, {"Q": normal(*shape), "K": normal(*shape), "V": normal(*shape)}))
    for V, d in ((256, 64), (8000, 64)):
        arrays = {"ids": rng.integers(V, size=512), "dY": normal(512, d), "E": normal(V, d)}
        cases.append(Case("embedding gradient", (512, V, d), arrays))
    return cases


def measure(threads: int, repeats: int, seconds: float = 0.005, cases: Sequence[Case] | None = None) -> list[Table]:
    """Time single operations.

    Parameters
    ----------
    threads : int
        Threads that this process was started with.
    repeats : int
        Turns of each contender.
    seconds : float, default 0.005
        About how long a turn lasts.
    cases : sequence of Case, optional
        Those of `make_cases`, if not given.

    Returns
    -------
    list of Table
        One table, with a row for each case and a column for each contender.
    """
    absent = {entry.name: entry.absent() for entry in ENTRIES}
    offers = {entry.name: entry.load() for entry in ENTRIES if not absent[entry.name]}
    clock, usage, peer, rows = choose_clock(threads), Usage(), ENTRIES[0].name, []
    for case in make_cases() if cases is None else cases:
        makers = {name: offer[case.operation] for name, offer in offers.items() if case.operation in offer}
        check_agreement({name: make(case.arrays)() for name, make in makers.items()})
        runs = {name: _repeat(make(case.arrays)) for name, make in makers.items()}
        times = interleave(runs, repeats, seconds, clock)
        rows.append(Row(case.name, [_cell(times, entry.name, peer) for entry in ENTRIES]))
    notes = [
        f"{clock.name}, median of {repeats} interleaved turns, ± distance of the quartiles.",
        f"Then: how many times as fast as {peer}. The formula is what the book shows, with checked arguments;",
        "the kernel is what the layers and optimizers run, where that is another function.",
        "Checked to give the same numbers.",
        *(f"{name}: {words}." for name, words in absent.items() if words),
        *busy(usage, threads),
    ]
    return [Table(f"Single operations, {in_words(threads)}", [entry.name for entry in ENTRIES], rows, notes)]


def _repeat(operation: Operation) -> Callable[[int], None]:
    def run(steps: int) -> None:
        for _ in range(steps):
            operation()

    return run


def _cell(times: Mapping[str, list[float]], name: str, peer: str) -> Cell | None:
    if name not in times:
        return None
    figure = ratio(times[peer], times[name]) if peer in times and name != peer else None
    return Cell(median(times[name]), spread(times[name]), figure)
