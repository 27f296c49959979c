"""The cage: one process in which a student's code can do no harm, and out of which only its answers come.

On Linux a forked process gets namespaces of its own (files, processes, network, users), a view of the disk that holds
what Python needs and nothing else, limits, and a list of system calls that it may not make; then the student's code
runs in it. Everything is done after the fork, so a warm process with NumPy loaded is caged in milliseconds.
"""

import contextlib
import ctypes
import errno
import itertools
import os
import platform
import resource
import signal
import socket
import struct
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlcourse.checks import calls
from dlcourse.grader import groups, surroundings

NOBODY = 65534
HOME = "/student"  # inside the cage
_BORROWED = 256 * 2**20  # bytes of the warm process that those forked from it may have to copy
_OUR_OWN = 2  # processes in a notebook's group besides the student's
_SHARED = "/dev/shm"  # noqa: S108 - as above
_HERE = Path(__file__).resolve().parents[1]

# From the kernel's headers.
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
CLONE3, NAMESPACES = 435, 0x7E020000 | 0x80
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 22, 36, 38
SECCOMP_MODE_FILTER, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 2, 0x7FFF0000, 0x00050000
# Of a machine: its name in the kernel's audit, the calls clone and pivot_root, and those that no student's code needs.
_MACHINES: Mapping[str, tuple[int, int, int, Mapping[str, int]]] = {
    "x86_64": (
        0xC000003E,
        56,
        155,
        {
            "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166,
            "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308, "reboot": 169, "swapon": 167,
            "swapoff": 168, "sethostname": 170, "init_module": 175, "finit_module": 313, "delete_module": 176,
            "kexec_load": 246, "kexec_file_load": 320, "bpf": 321, "perf_event_open": 298, "userfaultfd": 323,
            "add_key": 248, "request_key": 249, "keyctl": 250, "io_uring_setup": 425, "io_uring_enter": 426,
            "io_uring_register": 427, "open_by_handle_at": 304, "name_to_handle_at": 303, "fsopen": 430,
            "fsmount": 432, "move_mount": 429, "open_tree": 428, "mount_setattr": 442, "quotactl": 179, "acct": 163,
            "settimeofday": 164, "clock_settime": 227, "adjtimex": 159, "clock_adjtime": 305, "syslog": 103,
            "iopl": 172, "ioperm": 173, "modify_ldt": 154, "personality": 135, "pidfd_getfd": 438, "kcmp": 312,
        },
    ),
    "aarch64": (
        0xC00000B7,
        220,
        41,
        {
            "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39,
            "pivot_root": 41, "chroot": 51, "unshare": 97, "setns": 268, "reboot": 142, "swapon": 224, "swapoff": 225,
            "sethostname": 161, "init_module": 105, "finit_module": 273, "delete_module": 106, "kexec_load": 104,
            "kexec_file_load": 294, "bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "add_key": 217,
            "request_key": 218, "keyctl": 219, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
            "open_by_handle_at": 265, "name_to_handle_at": 264, "fsopen": 430, "fsmount": 432, "move_mount": 429,
            "open_tree": 428, "mount_setattr": 442, "quotactl": 60, "acct": 89, "settimeofday": 170,
            "clock_settime": 112, "adjtimex": 171, "clock_adjtime": 266, "syslog": 116, "personality": 92,
            "pidfd_getfd": 438, "kcmp": 272,
        },
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """What one process in the cage may use.

    Attributes
    ----------
    memory : int
        Bytes beyond what the process has when it is shut in.
    cpu : int
        Seconds of computing, all cells and calls together.
    processes : int
        Processes and threads at one time.
    disk : int
        Bytes in its private home and temporary files.
    file : int
        Bytes of one file.
    open_files : int
        Files that are open at one time.
    """

    memory: int = 2**30
    cpu: int = 300
    processes: int = 64
    disk: int = 64 * 2**20
    file: int = 32 * 2**20
    open_files: int = 256


@dataclass(frozen=True)
class Cage:
    """How the cage is built.

    Attributes
    ----------
    limits : Limits
        What may be used.
    closed : bool
        False to set limits alone, where the system allows no namespaces.
    root : str
        An empty folder; the cage's own files are mounted over it, seen by nobody else.
    views : tuple of str
        Files and folders that are seen in the cage, for reading.
    groups : sequence of str
        Folders in which control groups can be made (`dlcourse.grader.groups.places`); the limits of memory and
        processes then hold for a notebook as a whole too.
    """

    limits: Limits
    closed: bool
    root: str
    views: tuple[str, ...]
    groups: Sequence[str] = ()


@dataclass
class Inmate:
    """A process in the cage, as the examiner sees it.

    Attributes
    ----------
    pid : int
        Of the process itself.
    connection : socket
        Ours.
    end_it : callable
        Ends the process and returns its status, as `os.waitpid` gives it.
    computed : float
        Seconds of computing when they were last looked at.
    """

    pid: int
    connection: socket.socket
    end_it: Callable[[], int]
    computed: float = 0.0

    def cpu_seconds(self) -> float:
        """Return how long the process has computed, by the kernel's account."""
        with contextlib.suppress(OSError):
            self.computed = time.clock_gettime((~self.pid << 3) | 2)  # the clock of that process: CPUCLOCK_SCHED
        return self.computed

    def queued_seconds(self) -> float:
        """Return how long the process could have computed and had no core."""
        return calls.seconds_queued(str(self.pid))

    def end(self) -> str:
        """End the process, if it has not ended, and return in words how it did."""
        self.connection.close()
        return in_words(self.end_it())


def in_words(status: int) -> str:
    """Say how a process ended.

    Parameters
    ----------
    status : int
        As `os.waitpid` gives it.

    Returns
    -------
    str
        A part of a sentence.
    """
    code = os.waitstatus_to_exitcode(status)
    number = -code if code < 0 else code - 128
    if code < 0 or 128 < code < 128 + signal.NSIG:
        told = {
            signal.SIGKILL: "it was killed: too much memory, too many processes, or too much time",
            signal.SIGSEGV: "it crashed (a segmentation fault)",
            signal.SIGXCPU: "it computed longer than a notebook may",
            signal.SIGXFSZ: "it wrote a file larger than it may",
        }
        return told.get(signal.Signals(number), f"it was ended by the signal {signal.Signals(number).name}")
    return f"it ended itself with the exit code {code}"


def views() -> tuple[str, ...]:
    """Return what Python needs to see of the disk: itself, its packages, this package, and what they are linked to.

    Returns
    -------
    tuple of str
        Absolute paths that exist; none lies below another, and none holds the course's own files.
    """
    wanted = {
        Path(one) for one in ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
    }
    wanted |= {
        Path(sys.prefix),
        Path(sys.base_prefix),
        _HERE,
        *(Path(sysconfig.get_path(n)) for n in ("stdlib", "purelib", "platlib")),
    }
    wanted |= {Path(entry) for entry in sys.path if entry and "-packages" in entry}
    found = sorted({path.resolve() for path in wanted if path.exists()} | {path for path in wanted if path.exists()})
    found = [path for path in found if not _HERE.is_relative_to(path) or path == _HERE or _is_python(path)]
    kept: list[Path] = []
    for path in found:
        if path != Path("/") and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return tuple(str(path) for path in kept)


def _is_python(path: Path) -> bool:
    """Tell whether a folder is an installation of Python, in which this package may lie."""
    return path in (Path("/usr"), Path(sys.prefix), Path(sys.base_prefix)) or "-packages" in path.name


_libc = ctypes.CDLL(None, use_errno=True)
_spawned = itertools.count()


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    _check(
        _libc.mount(
            source.encode(), target.encode(), kind.encode() if kind else None, ctypes.c_ulong(flags), data.encode()
        ),
        f"mount {target}",
    )


def spawn(cage: Cage, run: Callable[[socket.socket], None]) -> Inmate:
    """Fork a process into the cage.

    Parameters
    ----------
    cage : Cage
        How it is built.
    run : callable
        ``run(connection)`` is what the process does.

    Returns
    -------
    Inmate
        The process; it may not have entered the cage yet. One that cannot says so and ends, and runs nothing.
    """
    limits, name = cage.limits, f"{os.getpid()}-{next(_spawned)}"
    own = groups.make(cage.groups, name, limits.memory + _BORROWED, limits.processes + _OUR_OWN)
    ours, theirs = socket.socketpair()
    told, tells = os.pipe()
    warden = os.fork()
    if warden == 0:
        status = 70
        try:
            ours.close()
            os.close(told)
            groups.enter(own)
            status = _keep(cage, theirs, tells, run)
        finally:
            os._exit(status)
    theirs.close()
    os.close(tells)
    pid = struct.unpack("i", os.read(told, 4) or b"\0\0\0\0")[0]
    os.close(told)

    def end_it() -> int:
        try:
            # A process that has closed the connection gets a moment to end by itself: its status says more.
            for _ in range(20):
                done, status = os.waitpid(warden, os.WNOHANG)
                if done:
                    return status
                time.sleep(0.005)
            os.kill(warden, signal.SIGKILL)
            return os.waitpid(warden, 0)[1]
        finally:
            groups.remove(own)

    return Inmate(pid, ours, end_it)


def _keep(cage: Cage, connection: socket.socket, tells: int, run: Callable[[socket.socket], None]) -> int:
    """Be the warden: make the namespaces, fork the process that is first in them, and wait for it."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    if cage.closed:
        _leave_the_namespaces()
    warden = os.getpid()
    child = os.fork()
    if child == 0:
        status = 71
        try:
            os.close(tells)
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            _enter(cage, connection, warden)
            run(connection)
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    connection.close()
    os.write(tells, struct.pack("i", child))
    os.close(tells)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code


def _leave_the_namespaces() -> None:
    flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS
    if os.geteuid() != 0:
        uid, gid = os.geteuid(), os.getegid()
        _check(_libc.unshare(CLONE_NEWUSER | flags), "namespaces of its own")
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1", encoding="ascii")
    else:
        _check(_libc.unshare(flags), "namespaces of its own")


def _enter(cage: Cage, connection: socket.socket, warden: int) -> None:
    """Shut the process in; after this only the connection leads out."""
    has = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    if cage.closed:
        _change_the_disk(cage)
    limits = cage.limits
    for which, most in (
        (resource.RLIMIT_AS, has + limits.memory),
        (resource.RLIMIT_CPU, limits.cpu),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    _close_all_but(connection.fileno())
    os.environ.clear()
    os.environ.update(environment(HOME if cage.closed else tempfile.gettempdir()))
    if cage.closed:
        _become_nobody(limits, warden)
        _forbid_calls()
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # again: the kernel forgets it when the user changes


def environment(home: str) -> dict[str, str]:
    """Return all the variables that a student's code finds.

    Parameters
    ----------
    home : str
        Its home.

    Returns
    -------
    dict
        No secret is among them: they are made here, and not taken from anywhere.
    """
    return {
        **surroundings.ONE_THREAD,
        "HOME": home,
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        "TMPDIR": "/tmp",  # noqa: S108 - inside the cage
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONSTARTUP": "",
    }


def _change_the_disk(cage: Cage) -> None:
    """Let the process see what Python needs, for reading, and an empty home of its own, and nothing else."""
    os.umask(0o022)
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    root = cage.root
    _mount("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV, f"size={cage.limits.disk},nr_inodes=20000,mode=755")
    for view in cage.views:
        target, source = f"{root}{view}", Path(view)
        if source.is_symlink():
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.symlink(os.readlink(view), target)
            continue
        if source.is_dir():
            os.makedirs(target, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            Path(target).touch()
        _mount(view, target, None, MS_BIND | MS_REC)
        _make_read_only(target)
    os.makedirs(f"{root}{_SHARED}", exist_ok=True)
    for device in ("null", "zero", "full", "random", "urandom"):
        Path(f"{root}/dev/{device}").touch()
        _mount(f"/dev/{device}", f"{root}/dev/{device}", None, MS_BIND)
    for folder, mode in (("/tmp", 0o1777), (HOME, 0o777), (_SHARED, 0o1777)):  # noqa: S108 - inside the cage
        os.makedirs(f"{root}{folder}", exist_ok=True)
        os.chmod(f"{root}{folder}", mode)
    os.makedirs(f"{root}/proc", exist_ok=True)
    with contextlib.suppress(OSError):  # containers that hide parts of /proc allow no other; Python does without it
        _mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV | MS_RDONLY)
    os.chdir(root)
    _check(_libc.syscall(_MACHINES[platform.machine()][2], b".", b"."), "pivot_root")
    _check(_libc.umount2(b".", MNT_DETACH), "umount")
    os.chdir(HOME)


def _make_read_only(target: str) -> None:
    """Make what is mounted here read-only, with all that is mounted below it if the kernel can (5.12)."""
    attributes = struct.pack("QQQQ", 0x1 | 0x2 | 0x4, 0, 0, 0)  # read-only, nosuid, nodev
    if _libc.syscall(442, -100, target.encode(), 0x8000, attributes, len(attributes)) == 0:
        return
    if ctypes.get_errno() not in (errno.ENOSYS, errno.EINVAL):
        raise OSError(ctypes.get_errno(), f"read-only {target}: {os.strerror(ctypes.get_errno())}")
    _mount("none", target, None, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)


def _become_nobody(limits: Limits, warden: int) -> None:
    """Give up every right."""
    if os.geteuid() == 0:
        os.setgroups([])
        # A user of its own for every process in a cage: the kernel counts processes by user. Where root may not take
        # any number it likes, which is so in containers without root, all are one user.
        for nobody in (2_000_000_000 + warden, NOBODY):
            try:
                os.setresgid(nobody, nobody, nobody)
                os.setresuid(nobody, nobody, nobody)
                break
            except OSError:
                if nobody == NOBODY:
                    raise
    resource.setrlimit(resource.RLIMIT_NPROC, (limits.processes, limits.processes))
    head, data = struct.pack("Ii", 0x20080522, 0), struct.pack("IIIIII", 0, 0, 0, 0, 0, 0)
    _check(_libc.capset(head, data), "capset")
    _check(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def _forbid_calls() -> None:
    """Let the kernel refuse calls that no student's code needs and that attacks on kernels begin with."""
    audit, clone, _, forbidden = _MACHINES[platform.machine()]

    def step(code: int, true: int, false: int, k: int) -> bytes:
        return struct.pack("HBBI", code, true, false, k)

    load, equal, at_least, any_of, give = 0x20, 0x15, 0x35, 0x45, 0x06
    refuse, unknown = SECCOMP_RET_ERRNO | errno.EPERM, SECCOMP_RET_ERRNO | errno.ENOSYS
    numbers = sorted(forbidden.values())
    count = len(numbers)
    program = [
        step(load, 0, 0, 4),  # the machine
        step(equal, 1, 0, audit),
        step(give, 0, 0, refuse),
        step(load, 0, 0, 0),  # the number of the call
        step(at_least, count + 6, 0, 0x40000000),  # another machine's numbers
        *(step(equal, count - i + 5, 0, number) for i, number in enumerate(numbers)),
        step(equal, 0, 1, CLONE3),
        step(give, 0, 0, unknown),  # its flags cannot be looked at; everyone falls back to clone
        step(equal, 0, 2, clone),
        step(load, 0, 0, 16),  # the flags
        step(any_of, 1, 0, NAMESPACES),
        step(give, 0, 0, SECCOMP_RET_ALLOW),
        step(give, 0, 0, refuse),
    ]
    code = b"".join(program)
    held = ctypes.create_string_buffer(code, len(code))
    wanted = struct.pack("HxxxxxxP", len(program), ctypes.addressof(held))
    _check(_libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, wanted, 0, 0), "seccomp")


def _close_all_but(kept: int) -> None:
    """Close every file, and let the three standard ones lead nowhere."""
    nowhere = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    os.closerange(3, kept)
    os.closerange(kept + 1, 65536)


def what_is_missing(cage: Cage) -> str:
    """Try the cage.

    Parameters
    ----------
    cage : Cage
        How it would be built.

    Returns
    -------
    str
        Empty if a process can be shut in; otherwise why not.
    """
    if sys.platform != "linux":
        return f"namespaces are a thing of Linux, and this is {sys.platform}"
    if platform.machine() not in _MACHINES:
        return f"the cage knows the machines {', '.join(_MACHINES)}, and this is {platform.machine()}"
    told, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(told)
            _leave_the_namespaces()
            child = os.fork()
            if child == 0:
                try:
                    _change_the_disk(cage)
                    _become_nobody(cage.limits, 0)
                    _forbid_calls()
                except BaseException as error:  # whatever it is, it is told
                    os.write(tells, f"{error}".encode()[:500])
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
        except BaseException as error:  # as above
            os.write(tells, f"{error}".encode()[:500])
        finally:
            os._exit(0)
    os.close(tells)
    with os.fdopen(told, "rb") as pipe:
        words = pipe.read().decode(errors="replace")
    os.waitpid(pid, 0)
    return words
