"""Open pages for the playgrounds, on a desk and on a phone."""

import pytest

from tests.book.playgrounds.play import Play
from tests.book.reader import WIDTHS, Visit


@pytest.fixture
def play(visits):
    """Return a function that opens a playground by its name, on a desk unless a width is given."""
    return lambda name, width=1400, mode="light": Play(visits[width, mode], name)


@pytest.fixture(scope="session")
def on_a_phone(browser, home):
    """Return an open page on a phone that is touched, not clicked."""
    viewport = {"width": 390, "height": WIDTHS[390]}
    context = browser.new_context(viewport=viewport, has_touch=True, is_mobile=True, reduced_motion="reduce")
    yield Visit(context.new_page(), home)
    context.close()
