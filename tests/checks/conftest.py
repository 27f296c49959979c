"""How the answers are tried: with little patience."""

from collections import Counter, defaultdict

import pytest

from dlcourse.checks import calls
from tests.kill_scores import SCORES


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop endless answers sooner than a student would see it."""
    monkeypatch.setattr(calls, "CALL_SECONDS", 3.0)


@pytest.fixture
def scores(request: pytest.FixtureRequest) -> defaultdict[str, Counter[str]]:
    """Counters by assignment, kept until the end of the run."""
    return request.config.stash.setdefault(SCORES, defaultdict(Counter))
