"""Where the built book is, which pages it has, and the browser that opens them."""

import functools
import os
import threading
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import sync_playwright

from tests.book.reader import MODES, WIDTHS, QuietHandler, Visit, find_chromium

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build/html"
MESSAGE = f"expected the built book in {SITE.relative_to(ROOT)}; it is not there: run `make book` first"


def files_of(entry):
    """Return the names of the pages in a part of the table of contents, in reading order."""
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [
        name for key in ("parts", "chapters", "sections") for part in entry.get(key, []) for name in files_of(part)
    ]


# A page of worked solutions comes from each notebook, not from the table of contents.
WORKED = [f"solutions/{path.stem}" for path in sorted((ROOT / "solutions").glob("*/*.ipynb"))]
PAGES = files_of(yaml.safe_load((ROOT / "book/_toc.yml").read_text("utf-8"))) + WORKED


def pytest_generate_tests(metafunc):
    """Run a test that asks for `page_name` once for every page of the table of contents, and for what Sphinx adds."""
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", [*PAGES, "genindex", "prf-prf", "py-modindex", "search"])


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def pages():
    return PAGES


@pytest.fixture(scope="session")
def site():
    """Return the folder of the built book; this is the one place that knows it."""
    if not (SITE / "index.html").is_file():
        pytest.fail(MESSAGE, pytrace=False)
    return SITE


@pytest.fixture(scope="session")
def home(site):
    """Serve the site on this machine only, and return its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=site)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def browser():
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has no sandbox
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def visits(browser, home):
    """Return one open page for each width and mode, used again and again."""
    found = {}
    for width, height in WIDTHS.items():
        for mode in MODES:
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=mode, reduced_motion="reduce"
            )
            found[width, mode] = Visit(context.new_page(), home)
    return found


@pytest.fixture(scope="session")
def screenshots(root):
    folder = root / "_build/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
