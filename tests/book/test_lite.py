"""What the site for the browser is built from; whether it then runs in a browser is tried by hand (CONTRIBUTING.md)."""

import importlib.util
import json
import tarfile
import threading
import zipfile
from functools import partial
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ConfigError

from tests.book.reader import QuietHandler

CHECKOUT = Path(__file__).parents[2]
NUMPY = "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"
LOCKED = {
    "info": {"python": "3.14.2"},
    "packages": {"numpy": {"file_name": NUMPY}, "tqdm": {"file_name": "tqdm-4.67-py3-none-any.whl"}},
}


@pytest.fixture(scope="module")
def lite():
    """Return the extension as a module."""
    spec = importlib.util.spec_from_file_location("book_ext_lite", CHECKOUT / "book/_ext/lite.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def distribution(lite, tmp_path):
    """Return a folder with the files that a distribution of Pyodide has, all of them empty but for its list."""
    folder = tmp_path / "given/pyodide"
    folder.mkdir(parents=True)
    for name in (*lite.CORE, NUMPY, "pyodide.mjs.map"):
        (folder / name).write_bytes(b"")
    (folder / lite.LOCK).write_text(json.dumps(LOCKED), "utf-8")
    return folder


@pytest.fixture
def archive(distribution, tmp_path):
    path = tmp_path / "pyodide-314.tar.bz2"
    with tarfile.open(path, "w:bz2") as packed:
        packed.add(distribution, "pyodide")
    return path


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "dlcourse-0.1.0-py3-none-any.whl"
    path.write_bytes(b"a wheel")
    return path


def test_a_folder_is_taken_as_it_is(lite, distribution, tmp_path):
    assert lite.unpacked(str(distribution), tmp_path / "kept") == distribution


def test_an_archive_is_unpacked_once(lite, archive, tmp_path):
    first = lite.unpacked(str(archive), tmp_path / "kept")
    assert (first / NUMPY).is_file()
    (first / "mark").touch()
    assert (lite.unpacked(str(archive), tmp_path / "kept") / "mark").is_file()


def test_an_address_is_fetched_once(lite, archive, tmp_path):
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=archive.parent)) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/{archive.name}"
        first = lite.unpacked(address, tmp_path / "kept")
        server.shutdown()
    assert (first / NUMPY).is_file()
    assert lite.unpacked(address, tmp_path / "kept") == first  # the server has gone


def test_what_is_no_distribution_is_refused_with_what_it_lacks(lite, distribution, tmp_path):
    (distribution / "pyodide.asm.wasm").unlink()
    with pytest.raises(ConfigError, match=r"must name a distribution of Pyodide; .* holds no pyodide\.asm\.wasm$"):
        lite.unpacked(str(distribution), tmp_path / "kept")
    with pytest.raises(ConfigError, match=r"holds no pyodide\.mjs and no "):
        lite.unpacked(str(tmp_path / "nowhere"), tmp_path / "kept")


def test_a_distribution_without_numpy_is_refused(lite, distribution):
    (distribution / NUMPY).unlink()
    with pytest.raises(ConfigError, match=rf"a distribution with numpy; .* holds no {NUMPY}"):
        lite.packages_of(distribution)


def test_the_list_of_packages_names_the_course_beside_the_others(lite, distribution, wheel):
    lock = lite.with_wheel(lite.packages_of(distribution), wheel, distribution)
    own = lock["packages"].pop("dlcourse")
    assert lock == LOCKED
    assert (own["file_name"], own["version"], own["imports"]) == (wheel.name, "0.1.0", ["dlcourse"])
    assert own["sha256"] == sha256(b"a wheel").hexdigest()
    assert own["depends"] == ["numpy"]  # the distribution has no file of tqdm
    (distribution / "tqdm-4.67-py3-none-any.whl").touch()
    assert lite.with_wheel(lock, wheel, distribution)["packages"]["dlcourse"]["depends"] == ["numpy", "tqdm"]


def test_the_site_is_built_from_the_notebooks_and_asks_no_other_host(lite, distribution, wheel, tmp_path):
    folder = tmp_path / "source"
    lite.write_source(folder, distribution, wheel, CHECKOUT / "exercises")
    given = sorted(path.relative_to(CHECKOUT / "exercises") for path in (CHECKOUT / "exercises").rglob("*.ipynb"))
    copied = sorted(path.relative_to(folder / "files") for path in (folder / "files").rglob("*.ipynb"))
    assert [path for path in given if ".ipynb_checkpoints" not in path.parts] == copied
    assert (folder / "static/pyodide" / wheel.name).read_bytes() == b"a wheel"
    assert "dlcourse" in json.loads((folder / "static/pyodide" / lite.LOCK).read_text("utf-8"))["packages"]
    assert not (folder / "static/pyodide/pyodide.mjs.map").exists()
    settings = json.loads((folder / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    assert settings["litePluginSettings"][lite.KERNEL] == {"disablePyPIFallback": True}
    assert json.loads((distribution / lite.LOCK).read_text("utf-8")) == LOCKED  # what was given is left as it is


def test_the_wheel_holds_the_checks_with_their_messages(lite, tmp_path):
    wheel = lite.make_wheel(CHECKOUT, tmp_path / "wheels")
    names = zipfile.ZipFile(wheel).namelist()
    assert {"dlcourse/checks/engine.py", "dlcourse/checks/messages/en/03_losses.toml"} <= set(names)


def settings(lite, monkeypatch, said, installed):
    monkeypatch.setenv(lite.SWITCH, said)
    monkeypatch.setattr(lite, "find_spec", lambda name: object() if installed else None)
    return SimpleNamespace(your_turn_lite=None)


def test_without_a_distribution_no_page_speaks_of_a_browser(lite, monkeypatch, tmp_path):
    config = settings(lite, monkeypatch, "", installed=False)
    lite.look(SimpleNamespace(outdir=tmp_path / "html"), config)
    assert config.your_turn_lite is False


def test_with_a_distribution_pages_speak_of_it(lite, monkeypatch, tmp_path, distribution):
    config = settings(lite, monkeypatch, str(distribution), installed=True)
    lite.look(SimpleNamespace(outdir=tmp_path / "html"), config)
    assert config.your_turn_lite is True


def test_without_jupyterlite_the_build_says_what_to_install(lite, monkeypatch, tmp_path, distribution):
    config = settings(lite, monkeypatch, str(distribution), installed=False)
    with pytest.raises(ConfigError, match=r"pip install -r requirements/lite\.txt"):
        lite.look(SimpleNamespace(outdir=tmp_path / "html"), config)


def test_a_command_that_fails_is_told_with_what_it_printed(lite, tmp_path):
    with pytest.raises(ConfigError, match=r"ended with 3:\nno room"):
        lite.run([lite.sys.executable, "-c", "print('no room'); raise SystemExit(3)"], tmp_path)
