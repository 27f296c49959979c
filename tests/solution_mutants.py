"""Plant faults in the worked solutions, one at a time, and list those that the checks let pass.

``python -m tests.solution_mutants 03_losses`` grades each with the hidden cases; without a name it takes all
assignments. A survivor is a gap in a check or a change that changes no answer; say which.
"""

import argparse
import ast
import multiprocessing
import queue
from collections.abc import Iterator
from pathlib import Path

from dlcourse.authoring import trials
from dlcourse.checks import calls, grade
from dlcourse.grader import notebooks
from tests.mutation import ROOT, faults, mutants

SECONDS = 30.0
MISTAKEN = {
    "max": "min", "maximum": "minimum", "argmax": "argmin", "sum": "mean", "exp": "exp2", "log": "log2",
    "ones": "zeros", "ones_like": "zeros_like", "tril": "triu", "sin": "cos", "all": "any", "sqrt": "square",
}  # fmt: skip
MISTAKEN |= {right: wrong for wrong, right in MISTAKEN.items()}


def more_faults(node: ast.AST) -> Iterator[ast.AST]:
    """Return the faults of `tests.mutation`, and of students: another axis, sign, order or function."""
    yield from faults(node)
    match node:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int() | float() as number):
            yield from map(ast.Constant, {number - 1, 2 * number, -number} - {number, number + 1})
        case ast.BinOp(op=ast.Sub() | ast.Div() | ast.Pow() | ast.MatMult()):
            yield ast.BinOp(node.right, node.op, node.left)
        case ast.Compare(ops=[ast.Lt() | ast.LtE() | ast.Gt() | ast.GtE()]):
            yield ast.Compare(node.comparators[0], node.ops, [node.left])
        case ast.Attribute(attr=name) if name in MISTAKEN:
            yield ast.Attribute(node.value, MISTAKEN[name], node.ctx)
        case ast.Return(value=ast.expr() as value):
            yield ast.Return(ast.UnaryOp(ast.USub(), value))


def passes(assignment: str, task: trials.TaskCells, code: str) -> bool:
    """Return whether the answer gets full marks with the hidden cases."""
    names: dict[str, object] = {}
    exec(compile(task.given, "given", "exec"), names)  # noqa: S102 - the course's own cells
    try:
        exec(compile(code, "mutant", "exec"), names)  # noqa: S102 - the course's own solution with one fault
    except Exception:  # whatever a fault raises, it is noticed
        return False
    return grade(assignment, task.number, names, hidden=True).passed


def judge(
    assignment: str, task: trials.TaskCells, codes: list[str], heard: "multiprocessing.Queue[tuple[int, bool]]"
) -> None:
    calls.CALL_SECONDS = 1.0
    for i, code in enumerate(codes):
        heard.put((i, passes(assignment, task, code)))


def survivors(assignment: str, task: trials.TaskCells, codes: list[str]) -> list[int]:
    """Return which of the codes get full marks; one that hangs is rejected, and the rest goes on in a new process."""
    found, done = [], 0
    context = multiprocessing.get_context("fork")
    while done < len(codes):
        heard: multiprocessing.Queue[tuple[int, bool]] = context.Queue()
        judging = context.Process(target=judge, args=(assignment, task, codes[done:], heard))
        judging.start()
        start = done
        try:
            while done < len(codes):
                i, passed = heard.get(timeout=SECONDS)
                done = start + i + 1
                if passed:
                    found.append(start + i)
        except queue.Empty:
            done += 1
        judging.kill()
        judging.join()
    return found


def planted(source: str) -> dict[str, tuple[int, str, str]]:
    """Return each faulty source once, with line, what stood there and what stands there."""
    known = ast.unparse(ast.parse(source))
    return {code: (line, old, new) for line, old, new, code in mutants(source, more_faults) if code != known}


def main() -> int:
    """Plant the faults that were asked for; return 1 if one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.solution_mutants", description=__doc__)
    parser.add_argument("assignments", nargs="*", help="such as 03_losses; all if not said")
    parser.add_argument("--task", type=int, help="only one task")
    asked = parser.parse_args()
    names = asked.assignments or sorted(path.name for path in (ROOT / "solutions").iterdir() if path.is_dir())
    left = 0
    for name in names:
        tried = passed = 0
        for task in trials.tasks_of(notebooks.read(Path(ROOT, "solutions", name, f"{name}.ipynb"))):
            if task.visible is None or asked.task not in (None, task.number):
                continue  # a page of true or false has no other right answer
            faulty = planted(task.solution)
            alive = survivors(name, task, list(faulty))
            for line, old, new in (list(faulty.values())[i] for i in alive):
                print(f"{name} {task.number}, line {line}: {old[:70]!r} -> {new[:70]!r}", flush=True)
            tried, passed = tried + len(faulty), passed + len(alive)
        print(f"{name}: {tried} faults planted, {tried - passed} rejected, {passed} survived", flush=True)
        left += passed
    return int(left > 0)


if __name__ == "__main__":
    raise SystemExit(main())
