"""The warm process: NumPy, matplotlib, IPython and the checks are loaded once, and every notebook is graded in forks.

For each job the zygote forks an examiner. Before the examiner learns anything of the job it forks a nursery, which
forks the processes in the cage; so nothing of a test cell is in their memory, and a new one can be had at any time.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

from dlcourse.checks import origins, words
from dlcourse.checks.engine import MODULES, assignment
from dlcourse.grader import cage, groups, wire
from dlcourse.grader.examiner import Examiner
from dlcourse.grader.pupil import Pupil
from dlcourse.grader.shell import Shell

LAST_SECONDS = 2.0  # for what is killed at the end to be gone
EXAMINERS_MEMORY = 4 * 2**30  # bytes of address space that an examiner may have more than when it begins


def main(control: socket.socket, how: Mapping[str, Any]) -> None:
    """Fork an examiner for every connection that comes, until nobody sends any more.

    Parameters
    ----------
    control : socket
        Brings a connection with every ``j``, and the number of a process to be ended with every ``k``.
    how : mapping
        ``"cage"``: the fields of `cage.Cage`.
    """
    built = cage.Cage(**{**how["cage"], "limits": cage.Limits(**how["cage"]["limits"])})
    shell = _warm()
    running: set[int] = set()
    # What an examiner leaves behind becomes the zygote's: it is waited for, and its work is on somebody's account.
    ctypes.CDLL(None).prctl(cage.PR_SET_CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    wakes, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    control.sendall(b"r")
    while True:
        ready, _, _ = select.select([control.fileno(), wakes], [], [])
        if wakes in ready:
            os.read(wakes, 4096)
            running.difference_update(_ended())
        if control.fileno() not in ready:
            continue
        said, files, _, _ = socket.recv_fds(control, 16, 1)
        if not said:
            break
        if said[:1] == b"k":
            pid = int(said[1:])
            if pid in running:
                os.kill(pid, signal.SIGKILL)
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _examine(socket.socket(fileno=files[0]), built, shell)
        for file in files:
            os.close(file)
        running.add(pid)
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ends = time.monotonic() + LAST_SECONDS
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < ends:
            _ended()
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # raises if there is no child any more
            time.sleep(0.01)
    groups.sweep(built.groups)


def _warm() -> Shell:
    """Load what students and checks use, and keep the collector of garbage from touching it after a fork."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    shell = Shell.make()
    with contextlib.suppress(ImportError):
        import matplotlib.pyplot as plt
        from matplotlib_inline.backend_inline import flush_figures  # noqa: F401 - loaded for the forks

        import dlcourse.figures  # noqa: F401 - as above

        plt.close("all")
    origins.tellers()
    words.catalogue("engine")
    for name in MODULES:
        words.catalogue(name)
        functions = [function for task in assignment(name).tasks for function in task.functions]
        origins.remarks_on_code({}, {function.name: function.reference for function in functions})
    gc.collect()
    gc.freeze()
    return shell


def _ended() -> list[int]:
    """Take leave of all processes that have ended; return their numbers."""
    found = []
    with contextlib.suppress(ChildProcessError):
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            found.append(pid)
    return found


def _examine(connection: socket.socket, built: cage.Cage, shell: Shell) -> None:
    """Be the examiner: grade one notebook, tell the result, and end."""
    status = 1
    try:
        ctypes.CDLL(None).prctl(cage.PR_SET_PDEATHSIG, signal.SIGKILL)
        ours, theirs = socket.socketpair()
        nursery = os.fork()
        if nursery == 0:
            with contextlib.suppress(BaseException):
                connection.close()
                ours.close()
                _nurse(theirs, built, shell)
            os._exit(0)
        theirs.close()
        origins.answers_run_elsewhere()
        _limit_memory()
        wire.send(connection, wire.pack({"pid": os.getpid()}))
        job = wire.unpack(wire.receive(connection))
        examiner = Examiner(lambda: _have_born(ours), job["cell_seconds"])
        for kind, source in job["cells"]:
            outputs = _run(examiner, kind, source)
            wire.send(connection, wire.pack({"outputs": outputs, "deaths": examiner.deaths}))
        status = 0
    except wire.Closed:
        status = 0  # nobody waits for the result any more
    except BaseException:  # whatever it is, the runner has to know
        with contextlib.suppress(OSError, wire.WireError):
            wire.send(connection, wire.pack({"broken": traceback.format_exc()}))
    finally:
        os._exit(status)


def _run(examiner: Examiner, kind: str, source: str) -> list[dict[str, Any]]:
    """Run one cell: the student's in the cage, a test here, and what both need in both."""
    if kind == "student":
        return examiner.student_cell(source)
    if kind == "shared":
        shown = examiner.student_cell(source)
        examiner.test_cell(source)
        return shown
    return examiner.test_cell(source)


def _limit_memory() -> None:
    with open("/proc/self/statm", encoding="ascii") as file:
        has = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (has + EXAMINERS_MEMORY, has + EXAMINERS_MEMORY))


def _nurse(connection: socket.socket, built: cage.Cage, shell: Shell) -> None:
    """Be the nursery: fork a process in the cage whenever the examiner wants one; it knows nothing of the job."""
    ctypes.CDLL(None).prctl(cage.PR_SET_PDEATHSIG, signal.SIGKILL)
    origins.functions_tell()
    inmate: cage.Inmate | None = None
    while True:
        asked = connection.recv(1)
        if asked == b"n":
            inmate = cage.spawn(built, lambda socket_of_pupil: Pupil(socket_of_pupil, shell).serve())
            socket.send_fds(connection, [str(inmate.pid).encode()], [inmate.connection.fileno()])
            inmate.connection.close()
        elif asked == b"e" and inmate is not None:
            connection.sendall(f"{inmate.end_it():<16}".encode())
            inmate = None
        else:
            break
    if inmate is not None:
        inmate.end_it()


def _have_born(nursery: socket.socket) -> cage.Inmate:
    """Ask the nursery for a new process in the cage."""
    nursery.sendall(b"n")
    said, files, _, _ = socket.recv_fds(nursery, 16, 1)
    if not files:
        raise wire.Closed("the nursery has gone")

    def end_it() -> int:
        nursery.sendall(b"e")
        return int(nursery.recv(16, socket.MSG_WAITALL))

    return cage.Inmate(int(said), socket.socket(fileno=files[0]), end_it)


def start() -> None:
    """Begin: the command line names the control connection and how the cage is built."""
    main(socket.socket(fileno=int(sys.argv[1])), json.loads(sys.argv[2]))
