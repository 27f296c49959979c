"""Who takes part in a comparison, who cannot, and the comparison itself."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.agreement import check_agreement
from benchmarks.table import Cell, Row, Table
from benchmarks.timing import Usage, choose_clock, interleave, ratio, spread

__all__ = ["Entry", "Trial", "busy", "compare", "gather", "in_words"]

PATH_STEPS = 5
BUSY = 0.05


@dataclass(frozen=True)
class Entry:
    """Who may take part.

    Attributes
    ----------
    name : str
        What the contender is called in the table.
    needs : str
        Module without which it cannot take part.
    module, kind : str
        File in `benchmarks.contenders`, and the name inside it.
    """

    name: str
    needs: str
    module: str
    kind: str

    def absent(self) -> str:
        """Return what is missing, in words; an empty string if nothing is."""
        package, _, inside = self.needs.partition(".")
        found = importlib.util.find_spec(package) and (not inside or importlib.util.find_spec(self.needs))
        return "" if found else f"not measured: {self.needs} is not installed"

    def load(self) -> Callable[..., Any]:
        """Return the contender's class."""
        return getattr(importlib.import_module(f"benchmarks.contenders.{self.module}"), self.kind)


@dataclass(frozen=True)
class Trial:
    """One column of a comparison.

    Attributes
    ----------
    column : str
        Its heading.
    problem : object
        What every contender is made from.
    timed, checked : mapping of str to object
        Further options, when it is to be timed and when it is to be compared with the others.
    goals : mapping of str to float
        Least ratio to the first contender, by the name of another.
    """

    column: str
    problem: Any
    timed: Mapping[str, Any]
    checked: Mapping[str, Any]
    goals: Mapping[str, float]


def gather(kinds: Mapping[str, Callable[..., Any]], trial: Trial) -> dict[str, Any]:
    """Make the contenders of a trial, once it is certain that they compute the same.

    Parameters
    ----------
    kinds : mapping of str to callable
        What makes each contender, by its name.
    trial : Trial
        The problem and the options.

    Returns
    -------
    dict of str to object
        The contenders, ready to be timed.

    Raises
    ------
    DisagreementError
        If one of them computes another loss or gradient, or learns otherwise than the rest.
    """
    answers = {}
    for name, kind in kinds.items():
        sample = kind(trial.problem, **trial.checked)
        if hasattr(sample, "loss_and_gradient"):
            loss, gradient = sample.loss_and_gradient()
            sample.run(PATH_STEPS)
            answers[name] = {"loss": loss, **gradient, "path": sample.loss_and_gradient()[0]}
    check_agreement(answers)
    return {name: kind(trial.problem, **trial.timed) for name, kind in kinds.items()}


def compare(
    title: str, entries: Sequence[Entry], trials: Sequence[Trial], threads: int, repeats: int, seconds: float
) -> Table:
    """Time all entries in all trials.

    Parameters
    ----------
    title : str
        What the table is called.
    entries : sequence of Entry
        Who takes part. Ratios are taken to the first.
    trials : sequence of Trial
        The columns.
    threads : int
        Threads that this process may use; with one, goals count.
    repeats : int
        Turns of each contender.
    seconds : float
        About how long a turn lasts.

    Returns
    -------
    Table
        A row for each entry, also for those that could not be measured.
    """
    absent = {entry.name: entry.absent() for entry in entries}
    kinds = {entry.name: entry.load() for entry in entries if not absent[entry.name]}
    clock, usage, first = choose_clock(threads), Usage(), entries[0].name
    cells: dict[str, list[Cell | None]] = {name: [] for name in kinds}
    checked = []
    for trial in trials:
        contenders = gather(kinds, trial)
        checked = [name for name, each in contenders.items() if hasattr(each, "loss_and_gradient")]
        times = interleave({name: each.run for name, each in contenders.items()}, repeats, seconds, clock)
        for name in kinds:
            figure = ratio(times[name], times[first]) if first in times else None
            goal = trial.goals.get(name) if threads == 1 else None
            cells[name].append(Cell(median(times[name]), spread(times[name]), figure, goal))
    notes = [
        f"Time of one step: {clock.name}, median of {repeats} interleaved turns, ± distance of the quartiles.",
        f"Then: how many times as long as {first}. For the matrix products alone: the share of their speed it reaches.",
        f"Checked to give the same loss and gradient, and to learn alike: {', '.join(checked) or 'nobody'}.",
        *busy(usage, threads),
    ]
    rows = [Row(entry.name, cells.get(entry.name, []), absent[entry.name]) for entry in entries]
    return Table(f"{title}, {in_words(threads)}", [trial.column for trial in trials], rows, notes)


def busy(usage: Usage, threads: int) -> list[str]:
    """Say what other programs took of the machine, and warn if that makes times doubtful.

    Parameters
    ----------
    usage : Usage
        Made when the measurement began.
    threads : int
        Threads measured.

    Returns
    -------
    list of str
        Sentences.
    """
    others = usage.others()
    if others is None:
        return ["How busy the machine was is not known on this system."]
    said = f"Other programs took {100 * others:.0f}% of the machine."
    if others <= BUSY:
        return [said]
    if threads == 1:
        return [
            f"{said} CPU time does not count waiting, but all share memory and caches, which slows what is no product."
        ]
    return [said, "WARNING: too much for wall time; run it again on a quiet machine."]


def in_words(threads: int) -> str:
    """Return "1 thread" or "2 threads".

    Parameters
    ----------
    threads : int
        How many.

    Returns
    -------
    str
        For a title.
    """
    return "1 thread" if threads == 1 else f"{threads} threads"
