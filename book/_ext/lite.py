"""Build a JupyterLite site beside the book, in which the notebooks and their checks run in the reader's browser.

``make book PYODIDE=<folder, archive or address>`` names a distribution of Pyodide, which is Python for the browser. It
must hold NumPy. The site goes into ``lite/`` in the book: JupyterLab, the distribution, the exercises, and this package
as a wheel, entered into the distribution's list of packages, so that ``import dlcourse`` finds it. Nothing is fetched
from another host when a reader opens it. Without PYODIDE there is no such site, and no page speaks of one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging

log = logging.getLogger(__name__)

SWITCH = "DLCOURSE_PYODIDE"
PACKAGE = "dlcourse"
FOLDER = "lite"  # in the site
LOCK = "pyodide-lock.json"  # the distribution's list of its packages
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
NEEDED = ("numpy",)
USED_IF_THERE = ("tqdm",)  # imported by Sequential.fit alone
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
NEED_A_SERVER = ("@jupyter/nbgrader", "@jupyter/server-proxy")  # extensions of JupyterLab that may be installed


def unpacked(said: str, kept: Path) -> Path:
    """Return the folder of a distribution that is named by a folder, an archive or an address.

    What is fetched or taken out of an archive goes into the folder `kept`. ConfigError if there is no distribution.
    """
    place = Path(said)
    if re.match(r"https?://", said):
        place = kept / said.rstrip("/").rpartition("/")[2]
        if not place.is_file():
            log.info("lite: fetching %s", said)
            kept.mkdir(parents=True, exist_ok=True)
            part = place.with_name(f"{place.name}.part")
            with urlopen(said) as reply, part.open("wb") as file:  # noqa: S310 - http and https alone, see above
                shutil.copyfileobj(reply, file)
            part.rename(place)
    if place.is_file():
        into = kept / sha256(place.read_bytes()).hexdigest()[:16]
        if not into.is_dir():
            part = into.with_name(f"{into.name}.part")
            shutil.rmtree(part, ignore_errors=True)
            # Early versions of Python 3.11 have no filter yet.
            safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            with tarfile.open(place) as archive:
                archive.extractall(part, **safely)  # noqa: S202 - an archive of the builder's own choice
            part.rename(into)
        place = next((path.parent for path in sorted(into.rglob(LOCK))), into)
    if missing := [name for name in CORE if not (place / name).is_file()]:
        raise ConfigError(f"PYODIDE must name a distribution of Pyodide; {said} holds no {' and no '.join(missing)}")
    return place


def packages_of(distribution: Path) -> dict[str, Any]:
    """Return a distribution's list of packages; ConfigError if one that is needed is in the list only."""
    lock: dict[str, Any] = json.loads((distribution / LOCK).read_text("utf-8"))
    for name in NEEDED:
        file = lock["packages"].get(name, {}).get("file_name", f"package {name}")
        if not (distribution / file).is_file():
            raise ConfigError(f"PYODIDE must name a distribution with {name}; {distribution} holds no {file}")
    return lock


def with_wheel(lock: dict[str, Any], wheel: Path, distribution: Path) -> dict[str, Any]:
    """Return a list of packages in which a wheel of this package stands too."""
    known = lock["packages"]
    used = [name for name in USED_IF_THERE if (distribution / known.get(name, {}).get("file_name", ".")).is_file()]
    own = {
        "name": PACKAGE,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [PACKAGE],
        "depends": [*NEEDED, *used],
        "unvendored_tests": False,
    }
    return {**lock, "packages": {**known, PACKAGE: own}}


def make_wheel(checkout: Path, into: Path) -> Path:
    """Build the package's wheel into an empty folder, and return it."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(into)], checkout)
    (wheel,) = into.glob("*-py3-none-any.whl")
    return wheel


def write_source(folder: Path, distribution: Path, wheel: Path, exercises: Path) -> None:
    """Write what JupyterLite builds a site from: the distribution, the notebooks and the settings."""
    pyodide = folder / "static/pyodide"
    shutil.copytree(distribution, pyodide, ignore=shutil.ignore_patterns("*.map"))
    shutil.copyfile(wheel, pyodide / wheel.name)
    lock = with_wheel(packages_of(distribution), wheel, distribution)
    (pyodide / LOCK).write_text(json.dumps(lock), "utf-8")
    for notebook in sorted(exercises.glob("*/*.ipynb")):
        shutil.copytree(
            notebook.parent, folder / "files" / notebook.parent.name, ignore=shutil.ignore_patterns(".*", "__pycache__")
        )
    build = {"LiteBuildConfig": {"apps": ["lab"], "contents": ["files"], "no_sourcemaps": True}}
    page = {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": f"{PACKAGE} in this browser",
            "disabledExtensions": list(NEED_A_SERVER),
            "litePluginSettings": {KERNEL: {"disablePyPIFallback": True}},
        },
    }
    (folder / "jupyter_lite_config.json").write_text(json.dumps(build), "utf-8")
    (folder / "jupyter-lite.json").write_text(json.dumps(page), "utf-8")


def run(command: list[str], folder: Path) -> None:
    """Run a command; ConfigError with what it printed if it fails."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise ConfigError(f"lite: {' '.join(command[1:4])} ended with {done.returncode}:\n{done.stdout[-4000:]}")


def look(app: Sphinx, config: Config) -> None:
    """Let chapters speak of the site if there is to be one; refuse early what cannot become one."""
    said = os.environ.get(SWITCH, "")
    config.your_turn_lite = bool(said)
    if not said:
        return
    if find_spec("jupyterlite_core") is None or find_spec("jupyterlite_pyodide_kernel") is None:
        raise ConfigError("PYODIDE needs JupyterLite, and it is not installed: pip install -r requirements/lite.txt")
    packages_of(unpacked(said, Path(app.outdir).parent / FOLDER / "kept"))


def build(app: Sphinx, problem: Exception | None) -> None:
    """Build the site into the book."""
    said = os.environ.get(SWITCH, "")
    if problem is not None or app.builder.format != "html" or not said:
        return
    log.info("lite: building the site for the browser")
    beside, checkout = Path(app.outdir).parent / FOLDER, Path(app.srcdir).parent
    distribution = unpacked(said, beside / "kept")
    source, wheels = beside / "source", beside / "wheels"
    for folder in (source, wheels, Path(app.outdir, FOLDER)):
        shutil.rmtree(folder, ignore_errors=True)
    write_source(source, distribution, make_wheel(checkout, wheels), checkout / "exercises")
    target = str(Path(app.outdir, FOLDER))
    run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(source), "--output-dir", target], source)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register what is done before the pages are read, and when they are written."""
    app.setup_extension("your_turn")
    app.connect("config-inited", look, priority=915)
    app.connect("build-finished", build, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
