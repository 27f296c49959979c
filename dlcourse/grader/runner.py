"""Runs notebooks: gives jobs to the warm process and waits for what comes of them. No student's code runs here."""

import contextlib
import dataclasses
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from dlcourse.grader import cage, groups, wire

Output = dict[str, Any]
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[3]); from dlcourse.grader import zygote; zygote.start()"


class RunnerError(RuntimeError):
    """The machinery itself failed, not a submission; the message says how."""


@dataclass(frozen=True)
class Job:
    """One notebook to be run.

    Attributes
    ----------
    cells : sequence of tuple (str, str)
        Kind and text of every code cell, in order. Kinds are ``"student"``, ``"test"`` and ``"shared"``: a locked cell
        without points, which both sides need.
    cell_seconds : float
        How long a cell may run.
    notebook_seconds : float
        How long the notebook may run.
    """

    cells: Sequence[tuple[str, str]]
    cell_seconds: float = 60.0
    notebook_seconds: float = 600.0


@dataclass(frozen=True)
class Ran:
    """What came of a job.

    Attributes
    ----------
    outputs : sequence
        For every cell of the job, its outputs as a notebook holds them; a cell that was not run has an error that says
        why.
    deaths : sequence of str
        Why processes of the notebook ended, if any did.
    failure : str or None
        Why the notebook did not come to its end.
    seconds : float
        How long it took.
    lost : bool
        True if the process that grades the notebook ended, and not for want of time: it may have been killed.
    """

    outputs: Sequence[Sequence[Output]]
    deaths: Sequence[str]
    failure: str | None
    seconds: float
    lost: bool = False


class Runner:
    """The warm process, and the door to it; may be used from several threads at once.

    Parameters
    ----------
    limits : Limits, optional
        What one process in the cage may use.
    require_cage : bool, default False
        True to refuse where a process cannot be shut in.

    Attributes
    ----------
    missing : str
        Why nothing can be shut in here; empty if it can.
    groups : tuple of str
        Where control groups are made; empty if they cannot be, and memory is counted for each process alone.

    Raises
    ------
    RunnerError
        If there is no cage and one is required, or if the warm process does not start.
    """

    def __init__(self, limits: cage.Limits | None = None, *, require_cage: bool = False) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="dlcourse-cage-")
        built = cage.Cage(limits or cage.Limits(), True, self.folder.name, cage.views())
        self.missing = cage.what_is_missing(built)
        if self.missing and require_cage:
            self.folder.cleanup()
            raise RunnerError(f"student code cannot be shut in here, and a cage is required: {self.missing}")
        self.groups = groups.places()
        built = dataclasses.replace(built, closed=not self.missing, groups=self.groups)
        self.lock = threading.Lock()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        how = json.dumps({"cage": dataclasses.asdict(built)})
        path = [entry or os.getcwd() for entry in sys.path]
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-I", "-c", _START, str(theirs.fileno()), how, json.dumps(path)],
            pass_fds=[theirs.fileno()],
            env=cage.environment(self.folder.name),
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        if self.control.recv(1) != b"r":
            raise RunnerError(f"the warm process could not be started; its exit code is {self.process.wait()}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def is_alive(self) -> bool:
        """Tell whether the warm process still runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """End the warm process and all that it has forked."""
        self.control.close()
        self.process.wait()
        self.folder.cleanup()

    def _has_gone(self) -> bool:
        """Tell whether the warm process has ended; its connections may be seen to close a moment before."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)
        return not self.is_alive()

    def run(self, job: Job, note: Callable[[int], None] = lambda _cell: None) -> Ran:
        """Run a notebook.

        Parameters
        ----------
        job : Job
            Its cells.
        note : callable, optional
            ``note(count)`` is called with the number of cells that are done, whenever one more is.

        Returns
        -------
        Ran
            Outputs, or why there are none.

        Raises
        ------
        RunnerError
            If the warm process has gone, or if the grader's own code failed.
        """
        began = time.monotonic()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self.lock:
                try:
                    socket.send_fds(self.control, [b"j"], [theirs.fileno()])
                except OSError as error:
                    raise RunnerError(f"the warm process has gone; its exit code is {self.process.poll()}") from error
            return self._wait_for(ours, job, began, note)

    def _wait_for(self, examiner: socket.socket, job: Job, began: float, note: Callable[[int], None]) -> Ran:
        """Give a job to an examiner, and take what it says until it is done or gone."""
        pid = None
        outputs: list[Sequence[Output]] = []
        deaths: Sequence[str] = ()
        ends = began + job.notebook_seconds
        failure, lost = None, False
        try:
            while len(outputs) < len(job.cells) or pid is None:
                examiner.settimeout(max(ends - time.monotonic(), 0.001))
                said = wire.unpack(wire.receive(examiner))
                if "pid" in said:
                    pid = said["pid"]
                    cells = [list(one) for one in job.cells]
                    wire.send(examiner, wire.pack({"cells": cells, "cell_seconds": job.cell_seconds}))
                elif "broken" in said:
                    raise RunnerError(f"the grader's own code failed at cell {len(outputs) + 1}:\n{said['broken']}")
                else:
                    outputs.append(said["outputs"])
                    deaths = said["deaths"]
                note(len(outputs))
        except wire.Closed:
            if self._has_gone():
                raise RunnerError(f"the warm process has gone; its exit code is {self.process.poll()}") from None
            cell = f"in code cell {len(outputs) + 1} of {len(job.cells)}"
            if time.monotonic() >= ends:
                failure = f"the notebook ran longer than {job.notebook_seconds:g} s and was stopped {cell}"
            else:
                failure, lost = f"the process that grades the notebook ended {cell}", True
            outputs += [[_not_run(failure)] for _ in job.cells[len(outputs) :]]
        finally:
            if pid is not None:
                with self.lock, contextlib.suppress(OSError):
                    self.control.sendall(b"k%d" % pid)  # it has ended by itself, as a rule
        return Ran(outputs, tuple(deaths), failure, time.monotonic() - began, lost)


def _not_run(why: str) -> Output:
    return {"output_type": "error", "ename": "NotRunError", "evalue": why, "traceback": [f"NotRunError: {why}"]}
