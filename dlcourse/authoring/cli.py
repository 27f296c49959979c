"""The commands for people who write assignments: ``dlcourse kill-report``, ``replay`` and ``new-task``."""

# ruff: noqa: T201 - a command line prints

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse.grader.cli import at_least_one

AS_IT_MUST_BE, NOT_AS_IT_MUST_BE = 0, 1


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to the parser of ``dlcourse``.

    Parameters
    ----------
    commands : argparse's subparsers
        Where the commands go.
    """
    for add in (_add_kill_report, _add_replay, _add_new_task):
        parser = add(commands)
        parser.add_argument("--course", type=Path, default=Path(), metavar="DIR", help="the checkout (default: here)")


def _add_kill_report(commands: Any) -> argparse.ArgumentParser:
    words = "try all right and wrong answers on the checks, and count how they are judged"
    parser: argparse.ArgumentParser = commands.add_parser("kill-report", help=words, description=words)
    parser.add_argument("--json", action="store_true", help="for programs: the counts, and nothing else, on stdout")
    words = "how many assignments are tried side by side (default: as many as there are processors)"
    parser.add_argument("--jobs", type=at_least_one, metavar="N", help=words)
    parser.set_defaults(run=_kill_report)
    return parser


def _add_replay(commands: Any) -> argparse.ArgumentParser:
    words = "make an exercise anew from its solution notebook, and try all right and wrong answers on it"
    parser: argparse.ArgumentParser = commands.add_parser("replay", help=words, description=words)
    parser.add_argument("assignment", metavar="NN_name", help="such as 01_perceptron")
    parser.add_argument("--task", type=int, metavar="N", help="only this task (default: all)")
    parser.set_defaults(run=_replay)
    return parser


def _add_new_task(commands: Any) -> argparse.ArgumentParser:
    words = "write the pieces of a new task: cells, check, messages, one right and one wrong answer"
    parser: argparse.ArgumentParser = commands.add_parser("new-task", help=words, description=words)
    parser.add_argument("assignment", metavar="NN_name", help="such as 01_perceptron")
    parser.add_argument("number", type=int, metavar="N", help="the next free number")
    parser.add_argument("--function", required=True, metavar="NAME", help="what the student writes")
    parser.add_argument(
        "--points", required=True, nargs=2, type=int, metavar=("V", "H"), help="visible and hidden points"
    )
    parser.add_argument(
        "--see", required=True, metavar="LABEL", help="label of the formula in the chapter, such as eq-mse"
    )
    parser.set_defaults(run=_new_task)
    return parser


def _kill_report(arguments: argparse.Namespace) -> int:
    from dlcourse.authoring import proof

    checkout = arguments.course.resolve()
    _check_package(checkout)
    reports = proof.measured(checkout, proof.assignments_of(checkout), arguments.jobs, note=_say)
    if arguments.json:
        print(json.dumps([asdict(report) for report in reports]))
    else:
        print(proof.as_texts(reports))
    return AS_IT_MUST_BE if all(report.total.perfect for report in reports) else NOT_AS_IT_MUST_BE


def _replay(arguments: argparse.Namespace) -> int:
    from dlcourse.authoring import replay

    checkout = arguments.course.resolve()
    _check_package(checkout)
    found = replay.replay(checkout, arguments.assignment, arguments.task, note=_say)
    print(replay.as_text(found))
    return NOT_AS_IT_MUST_BE if found.problems else AS_IT_MUST_BE


def _new_task(arguments: argparse.Namespace) -> int:
    from dlcourse.authoring import scaffold

    visible, hidden = arguments.points
    task = scaffold.NewTask(arguments.assignment, arguments.number, arguments.function, visible, hidden, arguments.see)
    for line in scaffold.create(arguments.course.resolve(), task):
        print(line)
    return AS_IT_MUST_BE


def _check_package(checkout: Path) -> None:
    """Refuse to judge one checkout with the checks of another."""
    package = Path(__file__).resolve().parents[1]
    if package.parent != checkout:
        raise ValueError(f"--course must be the checkout that dlcourse runs from, {package.parent}; got {checkout}")


def _say(text: str) -> None:
    print(f"dlcourse: {text}", file=sys.stderr, flush=True)
