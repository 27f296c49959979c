"""The import graph is the syllabus, and library code neither prints, exits, asserts nor swallows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "dlcourse"
SYLLABUS = (
    "perceptron",
    "activations",
    "losses",
    "backpropagation",
    "optimizers",
    "regularization",
    "normalization",
    "layers",
    "callbacks",
    "objectives",
    "attention",
    "transformer",
    "capstone",
    "sequential",
)
LATE = {"callbacks": "dlcourse.figures", "sequential": "tqdm"}  # imported inside a function, when it is needed
FORBIDDEN_TO_CHECKS = ("grader",)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)


def module_name(path):
    """Return the dotted name inside the package: `checks.engine`, or `` for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_name(path): path.read_text(encoding="utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
ORACLE = {name: source for name, source in MODULES.items() if name in SYLLABUS}


def report(module, node, text):
    return f"dlcourse {module or '__init__'}, line {node.lineno}: {text}"


# ------------------------------------------------------------------ who imports whom


def imports_of(module, source):
    """Return (node, dotted name) for every module that a source imports, at the top or inside a function."""
    package = ["dlcourse", *module.split(".")[:-1]]
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(node, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1], node.module] if node.level else [node.module]
            origin = ".".join(part for part in base if part)
            # `from dlcourse import losses` imports a module; `from dlcourse.losses import mse` imports that module
            found += [(node, f"{origin}.{alias.name}" if origin == "dlcourse" else origin) for alias in node.names]
    return found


def import_violations(module, source):
    """Return a sentence for each import that the syllabus or the layering forbids."""
    top = module.split(".")[0]
    sentences = []
    at_the_top = [ast.unparse(node) for node in ast.parse(source).body]
    for node, name in imports_of(module, source):
        if name == LATE.get(top) and ast.unparse(node) not in at_the_top:
            continue
        root, _, inside = name.partition(".")
        target = inside.split(".")[0]
        if root != "dlcourse":
            if top in SYLLABUS and root != "numpy" and root not in sys.stdlib_module_names:
                sentences.append(report(module, node, f"the oracle imports NumPy and nothing else; it imports {root}"))
        elif target.startswith("_") or not target:
            continue
        elif top in SYLLABUS and target not in SYLLABUS[: SYLLABUS.index(top)]:
            sentences.append(report(module, node, f"{top} may import only earlier chapters; it imports {target}"))
        elif top.startswith("_"):
            sentences.append(report(module, node, f"{top} lies below every chapter; it imports {target}"))
        elif top == "checks" and target in FORBIDDEN_TO_CHECKS:
            sentences.append(report(module, node, f"checks run without the grader; they import {target}"))
    return sentences


@pytest.mark.parametrize("module", MODULES)
def test_modules_import_only_what_comes_before_them(module):
    assert import_violations(module, MODULES[module]) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("perceptron", "from dlcourse.losses import mse"),
        ("perceptron", "from dlcourse.perceptron import step"),
        ("losses", "from dlcourse import checks"),
        ("losses", "from . import figures"),
        ("losses", "from .optimizers import Adam"),
        ("losses", "def late():\n    import dlcourse.grader.cage"),
        ("losses", "def late():\n    import tqdm"),
        ("sequential", "import tqdm"),
        ("callbacks", "from dlcourse.figures import learning_curves"),
        ("losses", "import scipy.special"),
        ("_shapes", "from dlcourse.perceptron import step"),
        ("checks", "import dlcourse.grader"),
        ("checks.engine", "from dlcourse.grader.cage import run"),
    ],
)
def test_a_forbidden_import_is_found(module, source):
    assert len(import_violations(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("perceptron", "import numpy as np\nimport numpy.typing as npt\nfrom dlcourse._shapes import as_float"),
        ("sequential", "from dlcourse.perceptron import dense\nfrom dlcourse import losses\nfrom . import optimizers"),
        ("sequential", "def fit():\n    from tqdm import tqdm"),
        ("figures", "import matplotlib\nfrom dlcourse.perceptron import dense"),
        ("checks.engine", "from . import words\nfrom .calls import call\nfrom dlcourse import perceptron"),
        ("grader", "from dlcourse import checks"),
    ],
)
def test_an_allowed_import_is_left_in_peace(module, source):
    assert import_violations(module, source) == []


def loaded_by(statement, names):
    """Run a statement in a fresh interpreter and return those of the names that it imported."""
    program = f"{statement}\nimport sys\nsys.stdout.write(' '.join(m for m in {sorted(names)!r} if m in sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own statement
    return run.stdout.split()


def test_importing_the_oracle_loads_hardly_more_than_numpy():
    statement = "\n".join(["import dlcourse", *(f"import dlcourse.{name}" for name in ORACLE)])
    heavy = {"matplotlib", "nbgrader", "IPython", "sklearn", "scipy", "tqdm", "dlcourse.checks", "dlcourse.figures"}
    not_yet = {"numpy.random", "numpy.testing", "json", "zipfile", "pathlib"}  # each costs milliseconds
    assert loaded_by(statement, heavy | not_yet) == []


def test_a_loaded_module_is_found():
    assert loaded_by("import wave", {"wave", "chunk"}) == ["wave"]


# ------------------------------------------------------- what library code never does


def is_command_line(module):
    return module.split(".")[-1] == "cli"


# A process that was forked ends at once: it must not run what its parent has to clean up.
FORKING = ("grader.cage", "grader.groups", "grader.zygote")


def manners_violations(module, source):
    """Return a sentence for each assert, print, exit and bare except outside the command line."""
    if is_command_line(module):
        return []
    lines = source.splitlines()
    sentences = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            sentences.append(report(module, node, "asserts vanish under -O; raise an error that says what came"))
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            sentences.append(report(module, node, "a bare except hides every fault; name the exception"))
        elif isinstance(node, ast.Call | ast.Raise):
            called = ast.unparse(node.func if isinstance(node, ast.Call) else (node.exc or ast.Constant(None)))
            # A check speaks to the student: such a line says so, with a reason behind the lint mark.
            if called == "print" and "noqa: T201 - " not in lines[node.lineno - 1]:
                sentences.append(report(module, node, "library code does not print"))
            if called.split("(")[0] == "os._exit" and module in FORKING:
                continue
            if called.split("(")[0] in {"sys.exit", "exit", "quit", "os._exit"} or (
                isinstance(node, ast.Raise) and called.split("(")[0] == "SystemExit"
            ):
                sentences.append(report(module, node, f"library code does not exit; it calls {called}"))
    return sentences


@pytest.mark.parametrize("module", MODULES)
def test_library_code_does_not_assert_print_exit_or_swallow(module):
    assert manners_violations(module, MODULES[module]) == []


@pytest.mark.parametrize(
    "line",
    [
        "assert x > 0, x",
        "print(x)",
        "print(x)  # noqa: T201",
        "sys.exit(1)",
        "raise SystemExit(1)",
        "raise SystemExit",
        "exit()",
        "try:\n        x()\n    except:\n        pass",
    ],
)
def test_bad_manners_are_found(line):
    assert len(manners_violations("losses", f"def f(x):\n    {line}\n")) == 1


def test_good_manners_are_left_in_peace():
    good = (
        "def f(x):\n    try:\n        x.print()\n    except ValueError as error:\n        raise TypeError from error\n"
    )
    assert manners_violations("losses", good) == []
    assert manners_violations("checks.engine", "print(verdict)  # noqa: T201 - a check speaks to the student") == []
    assert manners_violations("cli", "print(1)\nsys.exit(2)") == []


# ---------------------------------------------------------- formulas above, furniture below


def arithmetic_violations(module, source):
    """Return a sentence for each operator inside a method: objects remember and delegate, functions compute."""
    sentences = []
    for owner in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)):
        for node in ast.walk(owner):
            if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC):
                text = f"{owner.name} computes `{ast.unparse(node)}`; move the formula into a function of part 1"
                sentences.append(report(module, node, text))
    return sentences


@pytest.mark.parametrize("module", ORACLE)
def test_classes_of_the_oracle_hold_no_arithmetic(module):
    assert arithmetic_violations(module, ORACLE[module]) == []


@pytest.mark.parametrize("line", ["return X @ self.W", "self.W -= self.lr", "return -1 * X", "return f(X + 1)"])
def test_arithmetic_in_a_class_is_found(line):
    assert len(arithmetic_violations("losses", f"class A:\n    def f(self, X):\n        {line}\n")) == 1


def test_delegation_is_left_in_peace():
    good = "class A:\n    w: int | None = None\n    def f(self, X):\n        self.w = dense(X, self.W)\n"
    assert arithmetic_violations("losses", good + "\ndef dense(X, W):\n    return X @ W\n") == []


# -------------------------------------------------------------- what a module offers


def offer_violations(module, source):
    """Return a sentence for each difference between `__all__` and the public functions and classes."""
    tree = ast.parse(source)
    defined = {
        n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")
    }
    constants = {ast.unparse(target) for n in tree.body if isinstance(n, ast.Assign) for target in n.targets}
    constants |= {ast.unparse(n.target) for n in tree.body if isinstance(n, ast.AnnAssign)}
    listed = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    if not listed:
        return [f"dlcourse {module}: __all__ is missing"]
    sentences = [f"dlcourse {module}: __all__ lacks {name}" for name in sorted(defined - set(listed[0]))]
    sentences += [
        f"dlcourse {module}: __all__ names {name}, which is not defined"
        for name in listed[0]
        if name not in defined | constants
    ]
    return sentences if listed[0] == sorted(listed[0]) else [*sentences, f"dlcourse {module}: __all__ is not sorted"]


@pytest.mark.parametrize("module", ORACLE)
def test_chapters_list_what_they_offer(module):
    assert offer_violations(module, ORACLE[module]) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(): ...",
        "__all__ = ['f']\ndef f(): ...\ndef g(): ...",
        "__all__ = ['f', 'g']\ndef f(): ...",
        "__all__ = ['g', 'f']\ndef f(): ...\ndef g(): ...",
    ],
)
def test_a_wrong_list_is_found(source):
    assert len(offer_violations("losses", source)) == 1


def test_a_right_list_is_left_in_peace():
    assert offer_violations("losses", "__all__ = ['A', 'f']\ndef f(): ...\nclass A: ...\ndef _g(): ...") == []


# ------------------------------------------------------------- a file is read in ten minutes

BUDGET = 320  # lines of code: the docstrings, as long again, are the lesson and not the burden


def lines_of_code(source):
    """Count the lines that are neither blank, nor a comment, nor part of a docstring."""
    words = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            words |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    lines = enumerate(source.splitlines(), start=1)
    return sum(bool(line.strip()) and not line.strip().startswith("#") and i not in words for i, line in lines)


@pytest.mark.parametrize("module", [name for name in MODULES if name.split(".")[0] not in ("checks", "grader")])
def test_a_module_of_the_oracle_keeps_to_its_budget(module):
    assert lines_of_code(MODULES[module]) <= BUDGET


def test_lines_of_code_are_counted_without_words_and_gaps():
    source = '"""Two\nlines."""\n\nimport os  # why\n\n\ndef f():\n    """Words."""\n    # a reason\n    return os\n'
    assert lines_of_code(source) == 3
