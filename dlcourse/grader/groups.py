"""Control groups: what all processes of a notebook may use together, where the system lets a group be made.

Limits of the kernel's older kind count for each process. A group counts for a notebook as a whole: a student's code
that forks can use no more memory than one that does not. Version 2 of the kernel's interface is used where its
controllers are, and version 1 otherwise. Who may not make groups, as most users may not, grades without them.
"""

import contextlib
import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

_NAME = "dlcourse-"
CONTROLLERS = ("memory", "pids")
GONE_WITHIN = 1.0  # seconds that the kernel gets to take leave of the last process of a group


def places(proc: Path = Path("/proc/self")) -> tuple[str, ...]:
    """Find where groups can be made, by making one.

    Parameters
    ----------
    proc : Path
        The account of this process.

    Returns
    -------
    tuple of str
        Folders: one, or one for each controller; empty where no group can be made, or none that a process may enter.
    """
    for found in _candidates(proc):
        if _can_be_used(found):
            return found
    return ()


def make(folders: Sequence[str], name: str, memory: int, processes: int) -> list[Path]:
    """Make the groups of one notebook.

    Parameters
    ----------
    folders : sequence of str
        From `places`.
    name : str
        Not yet taken; begins with the number of the process that will sweep.
    memory, processes : int
        Bytes, and processes and threads, of all together.

    Returns
    -------
    list of Path
        The groups, each with its limits.

    Raises
    ------
    OSError
        If one cannot be made.
    """
    groups = [Path(folder, f"{_NAME}{name}") for folder in folders]
    for group in groups:
        group.mkdir()
        for file, most in (
            ("memory.max", memory),
            ("memory.swap.max", 0),
            ("memory.limit_in_bytes", memory),
            ("memory.memsw.limit_in_bytes", memory),
            ("pids.max", processes),
        ):
            if (group / file).exists():
                _write(group / file, str(most))
    return groups


def enter(groups: Sequence[Path]) -> None:
    """Move this process into groups; what it forks is in them too.

    Parameters
    ----------
    groups : sequence of Path
        From `make`.

    Raises
    ------
    OSError
        If it may not.
    """
    for group in groups:
        _write(group / "cgroup.procs", str(os.getpid()))


def remove(groups: Sequence[Path]) -> None:
    """Remove groups whose processes have ended.

    Parameters
    ----------
    groups : sequence of Path
        From `make`; one that is not there any more does not matter, and one in which a process lasts stays.
    """
    ends = time.monotonic() + GONE_WITHIN
    for group in groups:
        while True:
            try:
                group.rmdir()
            except FileNotFoundError:
                break
            except OSError as error:
                if error.errno != errno.EBUSY or time.monotonic() > ends:
                    break
                time.sleep(0.005)
            else:
                break


def sweep(folders: Sequence[str]) -> None:
    """Remove the groups that processes have left which were killed.

    Parameters
    ----------
    folders : sequence of str
        From `places`.
    """
    for folder in folders:
        for group in Path(folder).glob(f"{_NAME}*"):
            owner = group.name.removeprefix(_NAME).partition("-")[0]
            if not (owner.isdigit() and Path("/proc", owner).exists()):
                with contextlib.suppress(OSError):
                    group.rmdir()


def _candidates(proc: Path) -> list[tuple[str, ...]]:
    """Return where groups might be made, the likeliest first."""
    try:
        mounts = [line.split() for line in (proc / "mountinfo").read_text("utf-8").splitlines()]
        mine = [line.split(":", 2) for line in (proc / "cgroup").read_text("utf-8").splitlines()]
    except OSError:
        return []
    at = {tuple(fields[-1].split(",")) if fields[-3] == "cgroup" else (): fields for fields in mounts
          if fields[-3] in ("cgroup", "cgroup2")}  # fmt: skip

    def folder_of(fields: list[str], path: str) -> Path:
        inside = os.path.relpath(path, fields[3]) if Path(path).is_relative_to(fields[3]) else "."
        return Path(fields[4], inside)

    found: list[tuple[str, ...]] = []
    one: dict[str, str] = {}
    for _, controllers, path in mine:
        if not controllers and () in at:
            own = folder_of(at[()], path)
            top = Path(at[()][4])
            above = [own, *own.parents]
            found += [(str(each),) for each in above if each.is_relative_to(top) and _shares(each)]
        for controller in set(controllers.split(",")) & set(CONTROLLERS):
            fields = next((fields for options, fields in at.items() if controller in options), None)
            if fields is not None:
                one[controller] = str(folder_of(fields, path))
    if set(one) == set(CONTROLLERS):
        found.append(tuple(one[controller] for controller in CONTROLLERS))
    return found


def _shares(folder: Path) -> bool:
    """Tell whether the groups in a group of version 2 have both controllers."""
    with contextlib.suppress(OSError):
        return set(CONTROLLERS) <= set((folder / "cgroup.subtree_control").read_text("ascii").split())
    return False


def _can_be_used(folders: tuple[str, ...]) -> bool:
    """Make a group, and let a process enter it."""
    sweep(folders)
    groups: list[Path] = []
    with contextlib.suppress(OSError):
        groups = make(folders, f"{os.getpid()}-trial", 2**30, 16)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                enter(groups)
                status = 0
            finally:
                os._exit(status)
        status = os.waitpid(pid, 0)[1]
        remove(groups)
        return status == 0
    remove([Path(folder, f"{_NAME}{os.getpid()}-trial") for folder in folders])
    return False


def _write(file: Path, text: str) -> None:
    """Write into a file of the kernel's, which takes a text in one piece."""
    with open(file, "w", encoding="ascii", buffering=1) as opened:
        opened.write(text)
