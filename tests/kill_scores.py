"""A plugin for pytest: at the end of a run, how many wrong answers were rejected and named, in all of its processes."""

from collections import Counter, defaultdict
from typing import Any

import pytest

SCORES = pytest.StashKey[defaultdict[str, Counter[str]]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts to the process that prints them, if this one works for another."""
    if hasattr(session.config, "workeroutput"):
        counts = session.config.stash.get(SCORES, {})
        session.config.workeroutput["scores"] = {name: dict(count) for name, count in counts.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take the counts of a process that has done its work."""
    total = node.config.stash.setdefault(SCORES, defaultdict(Counter))
    for assignment, count in getattr(node, "workeroutput", {}).get("scores", {}).items():
        total[assignment].update(count)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print one line for each assignment whose answers were tried."""
    for assignment, count in sorted(config.stash.get(SCORES, {}).items()):
        kill = 100 * count["rejected"] / count["wrong"] if count["wrong"] else 0.0
        terminalreporter.write_line(
            f"Kill score {assignment}: {kill:.0f} % ({count['rejected']} of {count['wrong']} wrong answers rejected, "
            f"{count['named']} named; {count['accepted']} of {count['right']} right answers accepted)"
        )
