"""Where the built book is, and which pages it has."""

from pathlib import Path

import pytest
import yaml

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
