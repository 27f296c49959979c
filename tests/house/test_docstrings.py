"""Public functions and classes are documented completely, in numpydoc's sections, and briefly."""

import ast
import re
from pathlib import Path, PurePosixPath

import pytest

PACKAGE = Path(__file__).parents[2] / "dlcourse"
SECTIONS = (  # numpydoc's order
    "Parameters",
    "Attributes",
    "Returns",
    "Yields",
    "Raises",
    "Warns",
    "See Also",
    "Notes",
    "References",
    "Examples",
)
MOST_LINES = 40
HEADING = re.compile(r"^(?P<name>[A-Z][A-Za-z ]+)\n(?P<rule>-{3,})$", re.MULTILINE)
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


def sections_of(doc):
    """Split a cleaned docstring into its summary part and {section: text}."""
    marks = list(HEADING.finditer(doc))
    ends = [*(mark.start() for mark in marks[1:]), len(doc)][: len(marks)]
    texts = {mark["name"]: doc[mark.end() : end].strip("\n") for mark, end in zip(marks, ends, strict=True)}
    return (doc[: marks[0].start()] if marks else doc).strip(), texts


def entries_of(text):
    """Return {name: (type, description)} for a section of `name : type` lines with indented descriptions."""
    entries = {}
    for block in re.split(r"\n(?=\S)", text):
        head, _, body = block.partition("\n")
        names, _, kind = head.partition(" : ")
        entries |= dict.fromkeys(re.split(r",\s*", names.strip()), (kind.strip(), body.strip()))
    return entries


def is_dataclass(node):
    return any(ast.unparse(d).split("(")[0].split(".")[-1] == "dataclass" for d in getattr(node, "decorator_list", []))


def parameters_of(node):
    """Return the names of a function's parameters, or those that a class is made with, as numpydoc writes them."""
    if isinstance(node, ast.ClassDef):
        makers = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
        if makers:
            return parameters_of(makers[0])
        if is_dataclass(node):
            return [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)]
        return []
    spec = node.args
    names = [a.arg for a in (*spec.posonlyargs, *spec.args)]
    names += [f"*{spec.vararg.arg}"] if spec.vararg else []
    names += [a.arg for a in spec.kwonlyargs]
    names += [f"**{spec.kwarg.arg}"] if spec.kwarg else []
    return [name for name in names if name not in {"self", "cls"}]


def own_nodes(node):
    """Walk a function without entering the functions inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            yield child
            yield from own_nodes(child)


def raised_by(node):
    """Return the names of the exceptions that a function raises itself."""
    raised = (n.exc for n in own_nodes(node) if isinstance(n, ast.Raise) and n.exc is not None)
    named = (ast.unparse(exc.func if isinstance(exc, ast.Call) else exc) for exc in raised)
    return {name.split(".")[-1] for name in named if name.split(".")[-1][0].isupper()}


def returns_something(node):
    return node.returns is not None and ast.unparse(node.returns) not in {"None", "NoReturn", "Never"}


def docstring_violations(node, brief=False):
    """Return what is missing in the docstring of a function or class; `brief` ones need no sections."""
    doc = ast.get_docstring(node)
    if not doc:  # whether what is not offered needs one is ruff's to say (rules D1, pyproject.toml)
        return [] if brief else ["has no docstring"]
    summary, texts = sections_of(doc)
    found = []
    first = summary.split("\n\n")[0]
    if "\n" in first or not first.endswith("."):
        found.append(f"the first paragraph must be one line that ends with a full stop; got {first!r}")
    if doc.count("\n") + 1 > MOST_LINES:
        found.append(f"the docstring may have {MOST_LINES} lines; it has {doc.count(chr(10)) + 1}")
    unknown = [name for name in texts if name not in SECTIONS]
    found += [f"{name!r} is no section of numpydoc" for name in unknown]
    known = [name for name in texts if name in SECTIONS]
    if known != sorted(known, key=SECTIONS.index):
        found.append(f"sections must come in the order {', '.join(SECTIONS)}; got {', '.join(known)}")
    found += [
        f"{mark['name']!r} is not underlined to its length"
        for mark in HEADING.finditer(doc)
        if len(mark["name"]) != len(mark["rule"])
    ]
    found += [f"the section {name} is empty" for name, text in texts.items() if not text.strip()]
    # A dataclass may describe its fields as attributes: they are what it is made with.
    described_in = "Attributes" if "Parameters" not in texts and is_dataclass(node) else "Parameters"
    if brief and described_in not in texts:
        return found
    wanted = parameters_of(node)
    described = entries_of(texts[described_in]) if described_in in texts else {}
    if wanted != [name for name in described if name in wanted or described_in == "Parameters"]:
        found.append(
            f"Parameters must describe {', '.join(wanted) or 'nothing'}; got {', '.join(described) or 'nothing'}"
        )
    found += [
        f"the parameter {name} needs a type and a description"
        for name, parts in described.items()
        if not all(parts) and not parts[1].startswith("As in `")  # described once, elsewhere
    ]
    if brief or isinstance(node, ast.ClassDef):
        return found
    yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in own_nodes(node))
    answered = "Returns" in texts or (yields and "Yields" in texts)
    if returns_something(node) != answered:
        found.append("Returns is missing" if returns_something(node) else "Returns is there, but nothing comes back")
    missing = raised_by(node) - set(re.findall(r"^(\w+)$", texts.get("Raises", ""), re.MULTILINE))
    return [*found, *(f"Raises does not name {name}" for name in sorted(missing))]


def names_offered(source):
    """Return what a module lists in `__all__`."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def definitions_in(source, offered):
    """Return (name, node, brief) for each function, class and method that is not private.

    What a module or its package offers in `__all__` is documented completely; the rest and methods may be brief.
    """
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            found.append((node.name, node, node.name not in offered))
            if isinstance(node, ast.ClassDef):
                methods = (m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_"))
                found += [(f"{node.name}.{method.name}", method, True) for method in methods]
    return found


def definitions():
    found = {}
    for path, source in SOURCES.items():
        package = SOURCES.get((PurePosixPath(path).parent / "__init__.py").as_posix(), "")
        for name, node, brief in definitions_in(source, names_offered(source) | names_offered(package)):
            found[f"{path}::{name}"] = (node, brief)
    return found


DEFINITIONS = definitions()


@pytest.mark.parametrize("name", sorted(DEFINITIONS))
def test_public_definitions_are_documented_completely(name):
    assert docstring_violations(*DEFINITIONS[name]) == []


@pytest.mark.parametrize("path", sorted(SOURCES))
def test_modules_say_what_they_are_for(path):
    assert ast.get_docstring(ast.parse(SOURCES[path])), f"dlcourse/{path} has no module docstring"


GOOD = '''
def scale(X: list, *, factor: float = 2.0) -> list:
    """Return every number of `X` times a factor.

    Parameters
    ----------
    X : list of float
        Numbers.
    factor : float, default 2.0
        What to multiply with.

    Returns
    -------
    list of float
        The products.

    Raises
    ------
    ValueError
        If `X` is empty.

    Examples
    --------
    >>> scale([1.0])
    [2.0]
    """
    if not X:
        raise ValueError("X must hold a number; got none")
    return [factor * x for x in X]
'''


def violations_in(source, brief=False):
    return docstring_violations(ast.parse(source).body[0], brief)


def test_a_complete_docstring_is_left_in_peace():
    assert violations_in(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("times a factor.", "times a factor", "one line that ends with a full stop"),
        ("times a factor.", "times\n    a factor.", "one line that ends with a full stop"),
        ("    X : list of float\n        Numbers.\n", "", "Parameters must describe X, factor; got factor"),
        ("factor : float", "ratio : float", "Parameters must describe X, factor; got X, ratio"),
        ("X : list of float", "X", "the parameter X needs a type"),
        ("        Numbers.\n", "", "the parameter X needs a type and a description"),
        ("    Returns\n    -------\n    list of float\n        The products.\n", "", "Returns is missing"),
        ("-> list", "-> None", "Returns is there, but nothing comes back"),
        ("    ValueError\n        If `X`", "    TypeError\n        If `X`", "Raises does not name ValueError"),
        ("Returns\n    -------", "Returns\n    ----", "'Returns' is not underlined"),
        ("Examples\n    --------", "Remarks\n    -------", "'Remarks' is no section"),
        (
            "Raises\n    ------\n    ValueError",
            "Notes\n    -----\n    Said\n\n    Raises\n    ------\n    ValueError",
            "in the order",
        ),
        ("Numbers.\n", "Numbers.\n" + "        And more.\n" * 20, f"may have {MOST_LINES} lines"),
        ("    >>> scale([1.0])\n    [2.0]\n", "", "the section Examples is empty"),
    ],
)
def test_a_gap_in_a_docstring_is_found(old, new, sentence):
    assert old in GOOD
    broken = GOOD.replace(old, new)
    assert any(sentence in found for found in violations_in(broken)), violations_in(broken)


def test_a_parameter_may_be_described_elsewhere():
    assert violations_in(GOOD.replace("X : list of float\n        Numbers.", "X\n        As in `grade`.")) == []


def test_a_missing_docstring_is_found():
    assert violations_in("def f():\n    return 1") == ["has no docstring"]
    assert violations_in("class A:\n    x = 1") == ["has no docstring"]


def test_a_class_describes_what_it_is_made_with():
    source = 'class A:\n    """A thing."""\n    def __init__(self, lr):\n        self.lr = lr\n'
    assert violations_in(source) == ["Parameters must describe lr; got nothing"]
    record = '@dataclass(frozen=True)\nclass A:\n    """A thing."""\n    lr: float\n    b: int = 0\n'
    assert violations_in(record) == ["Parameters must describe lr, b; got nothing"]
    described = record.replace(
        "A thing.", "A thing.\n\n    Attributes\n    ----------\n    lr : float\n        Rate.\n    "
    )
    assert violations_in(described) == ["Parameters must describe lr, b; got lr"]
    assert violations_in(described.replace("Rate.", "Rate.\n    b : int\n        Bias.")) == []
    assert violations_in('class A(Exception):\n    """A thing."""\n') == []


def test_what_is_not_offered_may_be_brief_but_not_wrong():
    assert violations_in('def f(self, X):\n    """Return X."""\n    return X', brief=True) == []
    assert violations_in("def f(self, X):\n    return X", brief=True) == []
    assert violations_in('def f(self, X):\n    """Return X"""\n    return X', brief=True) != []
    assert violations_in(GOOD.replace("factor : float", "ratio : float"), brief=True) != []
    assert violations_in(GOOD.replace("-> list", "-> None"), brief=True) == []


def test_private_names_are_not_looked_at():
    source = "__all__ = ['A']\nclass A:\n    def f(self): ...\n    def _g(self): ...\ndef h(): ...\ndef _k(): ..."
    found = [(name, brief) for name, _, brief in definitions_in(source, names_offered(source))]
    assert found == [("A", False), ("A.f", True), ("h", True)]
