"""Plant faults in a module, one at a time, and list those that its tests do not notice.

``python -m tests.mutation losses`` works on a copy; ``--every 4`` plants every fourth fault. A survivor is either a gap
in the tests or a change that changes nothing; say which.
"""

import argparse
import ast
import copy
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

SWAPPED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
UNWRAPPED = {"float", "abs", "np.asarray", "np.sqrt", "np.abs", "np.square", "np.exp", "np.log", "math.sqrt"}
CHAINED = {"copy", "astype", "sum", "mean", "max", "min", "reshape", "transpose", "squeeze"}


def faults(node: ast.AST) -> Iterator[ast.AST]:
    """Return what could stand in the place of a node, each with one small fault."""

    def changed(**fields: object) -> ast.AST:
        twin = copy.copy(node)
        for name, value in fields.items():
            setattr(twin, name, value)
        return twin

    match node:
        case ast.BinOp():
            if type(node.op) in SWAPPED:
                yield changed(op=SWAPPED[type(node.op)]())
            yield node.left
            yield node.right
        case ast.AugAssign():
            if type(node.op) in SWAPPED:
                yield changed(op=SWAPPED[type(node.op)]())
            yield ast.Pass()
        case ast.UnaryOp():
            yield node.operand
        case ast.Compare():
            for i, op in enumerate(node.ops):
                yield changed(ops=[*node.ops[:i], SWAPPED[type(op)](), *node.ops[i + 1 :]])
            yield ast.UnaryOp(ast.Not(), node)
        case ast.BoolOp():
            yield changed(op=SWAPPED[type(node.op)]())
            yield from node.values
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int() | float()):
            yield ast.Constant(node.value + 1)
        case ast.Constant(value=str()):
            yield ast.Constant(node.value + "_")
        case ast.Call():
            for i in range(len(node.keywords)):
                yield changed(keywords=node.keywords[:i] + node.keywords[i + 1 :])
            if ast.unparse(node.func) in UNWRAPPED and node.args:
                yield node.args[0]
            if isinstance(node.func, ast.Attribute) and node.func.attr in CHAINED:
                yield node.func.value
        case ast.Attribute(attr="T"):
            yield node.value
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Slice(lower=None, upper=None, step=ast.expr()):
            yield ast.Slice()


def places(tree: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.AST]]:
    """Return parent, field, index in the field, and node for all that computes: no annotations, no docstrings."""
    for field, value in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        for i, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            named = isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"
            if isinstance(node, ast.AST) and not (words or named or isinstance(node, ast.Import | ast.ImportFrom)):
                yield tree, field, i, node
                yield from places(node)


def mutants(source: str, kinds: Callable[[ast.AST], Iterator[ast.AST]] = faults) -> Iterator[tuple[int, str, str, str]]:
    """Return the module with each fault: line, what stood there, what stands there, and the whole source."""
    tree = ast.parse(source)
    for parent, field, i, node in list(places(tree)):
        for fault in kinds(node):
            if i is None:
                setattr(parent, field, fault)
            else:
                getattr(parent, field)[i] = fault
            yield node.lineno if hasattr(node, "lineno") else 0, ast.unparse(node), ast.unparse(fault), render(tree)
        if i is None:
            setattr(parent, field, node)
        else:
            getattr(parent, field)[i] = node


def render(tree: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(tree))


def is_red(folder: Path, tests: list[str]) -> bool:
    """Return whether the tests fail in a fork that has NumPy and pytest loaded, but nothing of the course."""
    import pytest

    child = os.fork()
    if child == 0:
        os.chdir(folder)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os._exit(int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--tb=no", "--timeout=60", *tests])))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def main() -> int:
    """Plant the faults that were asked for; return 1 if one survives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("module", help="such as losses, or _shapes")
    parser.add_argument("--tests", nargs="*", help="test files; tests/dlcourse/test_MODULE.py if not said")
    parser.add_argument("--every", type=int, default=1, help="plant every n-th fault only")
    asked = parser.parse_args()
    tests = asked.tests or [f"tests/dlcourse/test_{asked.module.lstrip('_')}.py"]
    sys.dont_write_bytecode = True
    import numpy.random  # noqa: F401 - loaded once, for all forks

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("dlcourse", "tests"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        for part in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / part, folder)
        path = folder / "dlcourse" / f"{asked.module}.py"
        source = path.read_text(encoding="utf-8")
        path.write_text(render(ast.parse(source)), encoding="utf-8")
        if is_red(folder, tests):
            parser.error(f"{' '.join(tests)} must be green before a fault is planted; it is red")
        planted = survived = 0
        for line, before, after, mutant in list(mutants(source))[:: asked.every]:
            path.write_text(mutant, encoding="utf-8")
            planted += 1
            if not is_red(folder, tests):
                survived += 1
                print(f"{asked.module}, line {line}: {before[:70]!r} -> {after[:70]!r}", flush=True)
    print(f"{asked.module}: {planted} faults planted, {planted - survived} noticed, {survived} survived")
    return int(survived > 0)


if __name__ == "__main__":
    raise SystemExit(main())
