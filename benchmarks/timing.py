"""Measuring several contenders against each other on a machine that others use too."""

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

__all__ = [
    "Clock",
    "Usage",
    "choose_clock",
    "interleave",
    "pin_to_one_core",
    "ratio",
    "spread",
]

Run = Callable[[int], object]


@dataclass(frozen=True)
class Clock:
    """What tells the time.

    Attributes
    ----------
    read : callable
        Returns seconds.
    name : str
        What it is called in a table.
    rest : float
        Seconds to wait before each turn.
    """

    read: Callable[[], float]
    name: str
    rest: float


def choose_clock(threads: int) -> Clock:
    """Return the clock that tells the truth for a number of threads.

    Parameters
    ----------
    threads : int
        Threads that a contender may use, at least 1.

    Returns
    -------
    Clock
        CPU time for one thread, which other programs do not lengthen. Wall time for more, since CPU time would add
        up what runs side by side; with a rest first, in which the threads of the contender before stop spinning.
    """
    if threads == 1:
        return Clock(time.process_time, "CPU time", 0.0)
    return Clock(time.perf_counter, "wall time", 0.05)


def pin_to_one_core() -> int | None:
    """Keep this process on one core from now on.

    Returns
    -------
    int or None
        The core; None where the system offers no such thing.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def interleave(runs: Mapping[str, Run], repeats: int, seconds: float, clock: Clock) -> dict[str, list[float]]:
    """Time contenders in turns, so that a slow minute of the machine is slow for all of them.

    Parameters
    ----------
    runs : mapping of str to callable
        ``run(n)`` does n steps.
    repeats : int
        How often each has its turn, at least 1. The order is drawn anew each time.
    seconds : float
        About how long a turn lasts; a turn is one step at least.
    clock : Clock
        What to read.

    Returns
    -------
    dict of str to list of float
        Seconds for each step, one number a turn; the turns of one round have the same place in every list.
    """
    steps = {name: _steps_in(run, seconds, clock) for name, run in runs.items()}
    names, rng = list(runs), np.random.default_rng(0)
    times: dict[str, list[float]] = {name: [] for name in names}
    gc.collect()
    gc.freeze()  # what exists now is not searched again at the expense of whoever allocates next
    for _ in range(repeats):
        for place in rng.permutation(len(names)):
            name = names[place]
            times[name].append(_time(runs[name], steps[name], clock))
    gc.unfreeze()
    return times


def _steps_in(run: Run, seconds: float, clock: Clock) -> int:
    """Warm a contender up, and return how many of its steps fill a turn."""
    run(2)
    steps = 1
    while (taken := _time(run, steps, clock) * steps) < seconds / 4:
        steps *= 2
    return max(1, round(steps * seconds / taken))


def _time(run: Run, steps: int, clock: Clock) -> float:
    if clock.rest:
        time.sleep(clock.rest)
        run(1)  # wakes its threads
    start = clock.read()
    run(steps)
    return (clock.read() - start) / steps


def ratio(times: list[float], reference: list[float]) -> float:
    """Return how many times as long one took as another: the median over the rounds.

    Parameters
    ----------
    times, reference : list of float
        Two lists that `interleave` returned.

    Returns
    -------
    float
        Above 1 if `reference` is the faster.
    """
    return statistics.median(a / b for a, b in zip(times, reference, strict=True))


def spread(times: list[float]) -> float:
    """Return the distance between the quartiles as a share of the median.

    Parameters
    ----------
    times : list of float
        At least one number.

    Returns
    -------
    float
        0 if all are equal.
    """
    low, high = np.quantile(times, [0.25, 0.75])
    return float((high - low) / statistics.median(times))


class Usage:
    """What other programs took of the machine since this object was made."""

    def __init__(self) -> None:
        self.cores = os.cpu_count() or 1
        self.start = (time.perf_counter(), _busy_seconds(), time.process_time())

    def others(self) -> float | None:
        """Return the share of all cores, from 0 to 1; None where the system does not tell."""
        wall, busy, own = self.start
        now = _busy_seconds()
        if busy is None or now is None:
            return None
        foreign = (now - busy) - (time.process_time() - own)
        return max(0.0, foreign / ((time.perf_counter() - wall) * self.cores))


def _busy_seconds() -> float | None:
    """Return the CPU seconds that all programs together used since the start of the machine (Linux)."""
    counters = Path("/proc/stat")
    if not counters.exists():
        return None
    user, nice, system, _idle, _wait, irq, softirq, steal, *_ = map(
        int, counters.read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
