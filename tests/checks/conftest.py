"""Counts, while the answers are tried, how many wrong ones are rejected and named, and prints the kill score."""

from collections import Counter, defaultdict
from typing import Any

import pytest

from dlcourse.checks import calls

SCORES = pytest.StashKey[defaultdict[str, Counter[str]]]()


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop endless answers sooner than a student would see it."""
    monkeypatch.setattr(calls, "CALL_SECONDS", 3.0)


@pytest.fixture
def scores(request: pytest.FixtureRequest) -> defaultdict[str, Counter[str]]:
    """Counters by assignment, kept until the end of the run."""
    return request.config.stash.setdefault(SCORES, defaultdict(Counter))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print one line for each assignment whose answers were tried."""
    for assignment, count in sorted(config.stash.get(SCORES, {}).items()):
        kill = 100 * count["rejected"] / count["wrong"] if count["wrong"] else 0.0
        terminalreporter.write_line(
            f"Kill score {assignment}: {kill:.0f} % ({count['rejected']} of {count['wrong']} wrong answers rejected, "
            f"{count['named']} named; {count['accepted']} of {count['right']} right answers accepted)"
        )
