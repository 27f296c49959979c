"""An archive or a folder as it came: what is in it, what must not be read, and the rest byte by byte.

What strangers have packed is taken for what it may be: a path that leads elsewhere, a link, a file that unpacks to more
than the disk holds. Such a file gets a reason and is never opened. Nothing here writes.
"""

import lzma
import os
import re
import stat
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dlcourse.grader.batch import MOST_BYTES

MOST_ENTRIES = 100_000
MOST_UNPACKED = 4 * 2**30  # of all files together
LONGEST_NAME = 255  # bytes, on the usual disks
_DRIVE = re.compile(r"[A-Za-z]:/")
_UTF8 = 0x800  # a flag of an entry: its name is UTF-8
_ENCRYPTED = 0x1
# Files that systems put beside others.
_BY_THE_SYSTEM = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|\._[^/]*$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


class Damaged(ValueError):  # noqa: N818 - it is a verdict on a file
    """A file cannot be read; the message says why, in words for the list."""


@dataclass(frozen=True)
class Entry:
    """A file of an archive.

    Attributes
    ----------
    number : int
        Its place in the archive, in which two files may have the same path.
    path : str
        As it stands there, with ``/`` between folders; composed characters are one.
    size : int
        What it unpacks to, in bytes.
    when : float
        What it is dated, in seconds; of use only for telling the later of two.
    fault : str
        Why it is not read; empty if it may be.
    """

    number: int
    path: str
    size: int
    when: float
    fault: str = ""


@dataclass(frozen=True)
class Archive:
    """What was found in a file or a folder.

    Attributes
    ----------
    entries : sequence of Entry
        One for every file, and none for folders.
    read : callable
        ``read(entry)`` returns its content; it raises `Damaged` if there is none to be had.
    """

    entries: tuple[Entry, ...]
    read: Callable[[Entry], bytes]


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a zip file or a folder.

    Parameters
    ----------
    path : Path
        Which.

    Yields
    ------
    Archive
        To be read until the block ends.

    Raises
    ------
    ValueError
        If it is neither.
    """
    if path.is_dir():
        found, files = _in_folder(path)
        yield Archive(_checked(found), lambda entry: _read_file(files[entry.number]))
        return
    if not path.exists():
        raise ValueError(f"a zip file or a folder was expected at {path}; there is none")
    try:
        file = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
        raise ValueError(f"{path} must be a whole zip file, or a folder; reading it gave: {error}") from error
    with file:
        members = [info for info in file.infolist() if not info.is_dir()]
        found = [_of_member(number, info) for number, info in enumerate(members)]
        yield Archive(_checked(found), lambda entry: _read_member(file, members[entry.number]))


def _checked(found: Sequence[Entry]) -> tuple[Entry, ...]:
    """Say of each file why it must not be read, if it must not."""
    if len(found) > MOST_ENTRIES:
        raise ValueError(f"an archive may have {MOST_ENTRIES} files; it has {len(found)}")
    entries, total = [], 0
    for entry in found:
        fault = entry.fault or fault_of_path(entry.path)
        if not fault and entry.size > MOST_BYTES:
            fault = f"it must be at most {MOST_BYTES >> 20} MB; it is {entry.size / 2**20:.0f} MB"
        total += 0 if fault else entry.size
        if total > MOST_UNPACKED:
            fault = fault or f"all files together may be {MOST_UNPACKED >> 30} GB; those before it are"
        entries.append(replace(entry, fault=fault))
    return tuple(entries)


def fault_of_path(path: str) -> str:
    """Say why a path of an archive is not to be followed.

    Parameters
    ----------
    path : str
        With ``/`` between folders.

    Returns
    -------
    str
        Empty if nothing speaks against it.

    Examples
    --------
    >>> fault_of_path("ann/../../x.ipynb")
    'its path leads out of the archive'
    """
    parts = path.split("/")
    if path.startswith("/") or _DRIVE.match(path) or ".." in parts:
        return "its path leads out of the archive"
    if any(part in ("", ".") for part in parts):
        return "its path has a part without a name"
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in path):
        return "its name cannot be read"
    if any(len(part.encode()) > LONGEST_NAME for part in parts):
        return f"its name must be at most {LONGEST_NAME} bytes long"
    if _BY_THE_SYSTEM.search(path):
        return "the system has put it there"
    return ""


def _in_folder(folder: Path) -> tuple[list[Entry], list[Path]]:
    found: list[Entry] = []
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders.sort()
        links = [one for one in folders if os.path.islink(os.path.join(root, one))]
        folders[:] = [one for one in folders if one not in links]
        for name in sorted([*links, *names]):
            files.append(Path(root, name))
            about = files[-1].lstat()
            shown = unicodedata.normalize("NFC", files[-1].relative_to(folder).as_posix())
            fault = "" if stat.S_ISREG(about.st_mode) else _kind(about.st_mode)
            found.append(Entry(len(found), shown, about.st_size, about.st_mtime, fault))
    return found, files


def _read_file(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Damaged(f"it cannot be read: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise Damaged(f"it must be at most {MOST_BYTES >> 20} MB; it has grown meanwhile")
    return data


def _of_member(number: int, info: zipfile.ZipInfo) -> Entry:
    mode = info.external_attr >> 16
    fault = _kind(mode) if stat.S_IFMT(mode) and not stat.S_ISREG(mode) else ""
    if info.flag_bits & _ENCRYPTED:
        fault = "it is encrypted"
    path = info.filename
    if not info.flag_bits & _UTF8 and not path.isascii():
        try:  # some programs write UTF-8 and do not say so
            path = path.encode("cp437").decode("utf-8")
        except UnicodeError:
            fault = fault or "its name cannot be read"
    path = unicodedata.normalize("NFC", path.replace("\\", "/"))
    return Entry(number, path, info.file_size, _seconds(info.date_time), fault)


def _seconds(when: tuple[int, int, int, int, int, int]) -> float:
    try:
        return time.mktime((*when, 0, 0, -1))
    except (ValueError, OverflowError):  # nothing keeps an archive from dating a file the 31st of month 0
        return 0.0


def _read_member(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read an entry; no more than it said that it holds comes out, whatever was packed."""
    try:
        with file.open(info) as member:
            data = member.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Damaged(f"it is damaged: {error}") from error
    if len(data) != info.file_size:
        raise Damaged(f"it is damaged: {info.file_size} bytes were announced, and {len(data)} came")
    return data


def _kind(mode: int) -> str:
    return "it is a link" if stat.S_ISLNK(mode) else "it is no regular file"
