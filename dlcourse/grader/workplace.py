"""A student's own copy of an assignment, and JupyterLab on it. Work is never written over."""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from dlcourse.checks.engine import MODULES
from dlcourse.grader import blueprint, notebooks, surroundings

FOLDER = "my-work"
RECORD = ".as-given.json"  # beside a copy: the digests of the files that it was made from
KEPT = "old"  # beside a copy: what --fresh has put away


@dataclass(frozen=True)
class Copy:
    """A student's copy of an assignment.

    Attributes
    ----------
    name : str
        The assignment, such as ``"03_losses"``.
    folder : Path
        Where the copy lies.
    made : sequence of str
        Names of the files that were copied just now.
    kept : sequence of Path
        Where files of the student's were moved, to make room for fresh ones.
    changed : sequence of str
        Names of the files that are given out in another form by now than when the copy was made.
    answered : bool
        True if someone has worked in the notebook under ``exercises/`` itself.
    """

    name: str
    folder: Path
    made: Sequence[str] = ()
    kept: Sequence[Path] = ()
    changed: Sequence[str] = ()
    answered: bool = False

    @property
    def notebook(self) -> Path:
        """Return the file that is opened."""
        return self.folder / f"{self.name}.ipynb"


def find_name(text: str) -> str:
    """Return the assignment that a short name means.

    Parameters
    ----------
    text : str
        A number, a name, or both.

    Returns
    -------
    str
        Both.

    Raises
    ------
    ValueError
        If there is no such assignment.

    Examples
    --------
    >>> find_name("3"), find_name("losses"), find_name("03_losses")
    ('03_losses', '03_losses', '03_losses')
    """
    for name in MODULES:
        number, _, word = name.partition("_")
        if text in (name, word) or (re.fullmatch(r"[0-9]+", text) and int(text) == int(number)):
            return name
    raise ValueError(f"the assignment must be one of {', '.join(MODULES)}, or its number or its word; got {text!r}")


def prepare(name: str, folder: Path, *, release: Path | None = None, fresh: bool = False) -> Copy:
    """Make a student's copy of an assignment, where there is none yet.

    Parameters
    ----------
    name : str
        The assignment.
    folder : Path
        Of the student; the copy lies in a folder of the assignment's name in it.
    release : Path, optional
        The notebook as it was given out, if not in the checkout that this package lies in.
    fresh : bool, default False
        True to make the copy anew. Files of the student's that are in the way are moved into the folder ``old``
        beside it, under names that nothing has.

    Returns
    -------
    Copy
        Where it is, and what was done. A file that is there is never written over.

    Raises
    ------
    NotebookError
        If what was given out is no notebook of this assignment.
    ValueError
        If it cannot be found, or the copy would lie in its place.
    """
    given = _given(name, release)
    copy = Copy(name, folder / name)
    if any(source.resolve() == (copy.folder / file).resolve() for file, source in given.items()):
        raise ValueError(f"the folder must be one of your own; {folder} holds the notebooks that are given out")
    record = copy.folder / RECORD
    known = _read_record(record)
    made, kept, changed = [], [], []
    for file, source in given.items():
        target, digest = copy.folder / file, _digest(source)
        if fresh and target.is_file() and _digest(target) != digest:
            kept.append(_put_away(target))
        if not os.path.lexists(target):
            notebooks.write_bytes(target, source.read_bytes())
            known[file] = digest
            made.append(file)
        if _digest(target) != digest != known.get(file, digest):
            changed.append(file)
    if made:
        notebooks.write_text(record, json.dumps(known, indent=1) + "\n")
    answered = notebooks.has_answers(notebooks.read(given[copy.notebook.name]))
    return Copy(name, copy.folder, made, kept, changed, answered)


def as_text(copy: Copy, told: Path) -> str:
    """Say what is opened.

    Parameters
    ----------
    copy : Copy
        What `prepare` has found or made.
    told : Path
        How the student's folder is called in the text.

    Returns
    -------
    str
        One line for each thing to know.
    """
    mine = told / copy.name
    lines = []
    for path in copy.kept:
        lines.append(f"kept as it was: {mine / KEPT / path.name}")
    if copy.notebook.name in copy.made:
        lines.append(f"a fresh copy is made: {mine / copy.notebook.name}")
    else:
        lines.append(f"your copy is there already, and stays as you left it: {mine / copy.notebook.name}")
        lines += [f"added beside it: {mine / file}" for file in copy.made]
    if copy.changed:
        lines.append(
            f"since your copy was made, another version of {' and '.join(copy.changed)} has been given out. "
            f"For a fresh copy, with yours kept in {mine / KEPT}, add --fresh"
        )
    if copy.answered:
        lines.append(f"someone has worked in exercises/{copy.name} itself, so a new copy holds those answers too")
    return "\n".join(lines)


def start_lab(notebook: Path, options: Sequence[str] = ()) -> None:
    """Run JupyterLab until it is stopped; the process is its own from here on.

    Parameters
    ----------
    notebook : Path
        What it shows first. The folder above the notebook's own is the one that it can see.
    options : sequence of str
        Of JupyterLab, such as ``--no-browser``.

    Raises
    ------
    RuntimeError
        If it is not installed.
    """
    check_lab()
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    notebook = notebook.resolve()
    root = notebook.parent.parent
    os.environ["JUPYTER_PATH"] = surroundings.kernels()
    if (blueprint.CHECKOUT / "nbgrader_config.py").is_file():
        os.chdir(blueprint.CHECKOUT)  # where the button Validate looks for nbgrader's configuration
    address = f"/lab/tree/{notebook.parent.name}/{notebook.name}"
    LabApp.launch_instance([f"--ServerApp.root_dir={root}", f"--LabApp.default_url={address}", *options])


def check_lab() -> None:
    """Make sure that JupyterLab is installed; RuntimeError if it is not."""
    if find_spec("jupyterlab") is None:
        raise RuntimeError(
            f"JupyterLab is needed and not installed for {sys.executable}. In a checkout: make course, then "
            ".venv/bin/dlcourse open. Elsewhere: install dlcourse with its extra named course, dlcourse[course]"
        )


def _given(name: str, release: Path | None) -> dict[str, Path]:
    """Return what is given out: the notebook, and in a checkout the files beside it, by their names in a copy."""
    notebook = release or blueprint.CHECKOUT / "exercises" / name / f"{name}.ipynb"
    if blueprint.find_release(name, release) is None:
        raise ValueError(f"the notebook of {name} must be at {notebook}; it is not. --release FILE names it elsewhere")
    beside = () if release else notebook.parent.iterdir()
    others = {path.name: path for path in sorted(beside) if path.is_file() and not path.name.startswith(".")}
    return {**others, f"{name}.ipynb": notebook}


def _digest(path: Path) -> str:
    if not path.is_file():
        raise ValueError(f"a file must be at {path}; there is something else")
    return sha256(path.read_bytes()).hexdigest()


def _read_record(path: Path) -> dict[str, str]:
    """Return the digests of what a copy was made from; nothing is known of a copy made by hand."""
    try:
        known: dict[str, str] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} must hold what dlcourse wrote into it; delete it and try again: {error}") from error
    return known


def _put_away(path: Path) -> Path:
    """Move a file into the folder of old ones, under a name that nothing has."""
    old = path.parent / KEPT
    old.mkdir(exist_ok=True)
    free: Iterator[Path] = (old / f"{path.stem}.{number}{path.suffix}" for number in count(1))
    place = next(each for each in free if not os.path.lexists(each))
    return path.rename(place)
