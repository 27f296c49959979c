"""The two sides together: what a student's functions are given, what comes back, and what ends a process."""

import contextlib
import os
import resource
import signal
import threading
import time
from pathlib import Path

import pytest

from dlcourse.grader import execute
from dlcourse.grader.cage import Limits
from dlcourse.grader.runner import Job, Runner, RunnerError

SETUP = ("shared", "import numpy as np")


@pytest.fixture(scope="module")
def runner():
    return execute.shared_runner()


def run(runner, *cells, **limits):
    return runner.run(Job([SETUP, *cells], **{"cell_seconds": 20.0, **limits})).outputs[1:]


def shown(outputs):
    """Return what a cell showed, as one text."""
    return "".join(output.get("text") or output.get("evalue") or output["data"]["text/plain"] for output in outputs)


def test_a_cell_shows_what_a_notebook_would(runner):
    outputs = run(
        runner,
        ("student", "print('a')\nimport sys\nprint('b', file=sys.stderr)\n2 + 2"),
        ("student", "2 + 2;"),
        ("student", "_ + 1"),
        ("student", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        ("student", "1 / 0"),
        ("student", "%timeit -n 1 -r 1 pass"),
        ("student", "import asyncio\nawait asyncio.sleep(0)\n'done'"),
    )
    assert [output["output_type"] for output in outputs[0]] == ["stream", "stream", "execute_result"]
    assert outputs[1] == []
    assert shown(outputs[2]) == "5"
    assert "image/png" in outputs[3][-1]["data"]
    assert outputs[4][0]["ename"] == "ZeroDivisionError"
    assert "per loop" in shown(outputs[5])
    assert shown(outputs[6]) == "'done'"


def test_a_test_cell_reaches_functions_and_data_by_name(runner):
    outputs = run(
        runner,
        ("student", "def double(x):\n    return 2 * x\nnumbers = {'a': np.arange(3)}"),
        ("test", "assert double(4) == 8\nassert numbers['a'].tolist() == [0, 1, 2]\ndouble(np.ones(2)).tolist()"),
        ("test", "missing"),
        ("test", "assert 'double' in globals() and 'missing' not in globals()\n3.5"),
        ("test", "assert double(1) == 3, 'no'"),
    )
    assert shown(outputs[1]) == "[2.0, 2.0]"
    assert outputs[2][0]["ename"] == "NameError"
    assert shown(outputs[3]) == "3.5"
    assert (outputs[4][0]["ename"], outputs[4][0]["evalue"]) == ("AssertionError", "no")


@pytest.mark.parametrize(
    ("answer", "test", "wanted"),
    [
        ("def f(x):\n    x[0] = 9", "a = np.zeros(2)\nf(a)\na.tolist()", "[9.0, 0.0]"),
        (
            "def f(d):\n    d['a'][0] = 9\n    d['b'] = 1",
            "d = {'a': np.zeros(1)}\nf(d)\n(d['a'].tolist(), d['b'])",
            "([9.0], 1)",
        ),
        ("def f(rng):\n    return rng.random()", "r = np.random.default_rng(1)\nf(r) != f(r)", "True"),
        (
            "def f(rng):\n    return rng.random()",
            "f(np.random.default_rng(1)) == np.random.default_rng(1).random()",
            "True",
        ),
        ("def f(g, x):\n    return g(x) + 1", "f(lambda x: 10 * x, 2)", "21"),
        (
            "def f():\n    yield 1\n    yield 2",
            "import inspect\n(inspect.isgenerator(f()), list(f()))",
            "(True, [1, 2])",
        ),
        ("def f():\n    return zip('ab', [1, 2])", "list(f())", "[('a', 1), ('b', 2)]"),
        (
            "class Own:\n    pass\ndef f(x=None):\n    return x or Own()",
            "o = f()\n(type(o).__name__, f(o) is o)",
            "('Own', True)",
        ),
        (
            "def f(x):\n    np.random.shuffle(x)\n    yield 1",
            "a = np.arange(50)\nlist(f(a))\na.tolist() != list(range(50))",
            "True",
        ),
        ("f = np.vectorize(lambda x: x + 1)", "f(np.arange(2)).tolist()", "[1, 2]"),
        # the names are the student's to give anew
        ("def f():\n    global f\n    f = lambda: 2\n    return 1", "(f(), f(), f())", "(1, 2, 2)"),
        ("def f():\n    global f\n    del f\n    return 1", "(f(), 'f' in globals())", "(1, False)"),
        ("seen = []\ndef f():\n    seen.append(1)", "(len(seen), f(), len(seen))", "(0, None, 1)"),
    ],
)
def test_a_function_does_on_the_other_side_what_it_would_do_here(runner, answer, test, wanted):
    outputs = run(runner, ("student", answer), ("test", test))
    assert shown(outputs[1]) == wanted


def test_an_error_keeps_its_kind_its_text_and_its_line(runner):
    outputs = run(
        runner,
        ("student", "def f(x):\n    raise KeyError('a key')\ndef g(h):\n    return h()"),
        ("test", "try:\n    f(1)\nexcept KeyError as error:\n    told = error.fault\n(told.kind, told.where)"),
        (
            "test",
            "def ours():\n    raise ValueError('ours')\n"
            "try:\n    g(ours)\nexcept ValueError as error:\n    t = str(error.fault.text)\nt",
        ),
    )
    assert shown(outputs[1]) == "('KeyError', \"line 2: raise KeyError('a key')\")"
    assert shown(outputs[2]) == "'ours'"


def test_an_object_of_a_check_keeps_its_identity_and_its_fields(runner):
    answer = "def f(root):\n    root.grad = 7.0\n    root.parents[0].grad = 8.0\n    return [root.parents[0], root]"
    test = (
        "from dlcourse.checks.backpropagation import Node\n"
        "a = Node('a', 1.0)\nb = Node('b', 2.0, [a, a], [1.0, 1.0])\nfound = f(b)\n"
        "(found[0] is a, found[1] is b, a.grad, b.grad, b.untouched())"
    )
    outputs = run(runner, ("student", answer), ("test", test))
    assert shown(outputs[1]) == "(True, True, 8.0, 7.0, True)"


def test_a_process_that_ends_is_begun_again_with_the_cells_before(runner):
    ran = runner.run(
        Job(
            [
                SETUP,
                ("student", "def f(x):\n    return x + 1"),
                ("student", "import os\nos._exit(3)"),
                ("student", "def g(x):\n    os.abort()\ndef h(x):\n    return x"),
                ("test", "f(1)"),
                ("student", "import os"),
                ("test", "g(1)"),
                ("test", "(f(1), h(5))"),
            ]
        )
    )
    assert "ended itself with the exit code 3" in shown(ran.outputs[2])
    assert shown(ran.outputs[4]) == "2"
    assert "it crashed" in shown(ran.outputs[6])
    assert shown(ran.outputs[7]) == "(2, 5)"
    assert len(ran.deaths) == 2


def test_a_cell_and_a_notebook_that_take_too_long_are_stopped(runner):
    outputs = run(runner, ("student", "while True:\n    pass"), ("test", "1 + 1"), cell_seconds=1.0)
    assert outputs[0][0]["ename"] == "CellTimeoutError"
    assert shown(outputs[1]) == "2"
    ran = runner.run(Job([("student", "import time\ntime.sleep(60)"), ("test", "1")], notebook_seconds=2.0))
    assert "ran longer than 2 s" in ran.failure
    assert [outputs[0]["ename"] for outputs in ran.outputs] == ["NotRunError", "NotRunError"]


def test_limits_hold(runner):
    outputs = run(
        runner,
        ("student", "try:\n    bytearray(2 * 2**30)\nexcept MemoryError:\n    print('memory')"),
        ("student", "try:\n    open('large', 'wb').write(bytes(40_000_000))\nexcept OSError:\n    print('file')"),
        ("student", "try:\n    [open('/dev/null') for _ in range(1000)]\nexcept OSError:\n    print('files')"),
        (
            "student",
            "import os\nprint(os.getuid() >= 2_000_000_000 or os.getuid() == 65534, os.path.exists('/home'))",
        ),
    )
    assert [shown(one).strip() for one in outputs] == ["memory", "file", "files", "True False"]


def test_where_nothing_can_be_shut_in_it_is_said_or_refused(monkeypatch):
    monkeypatch.setattr("dlcourse.grader.cage.what_is_missing", lambda _cage: "no namespaces here")
    with pytest.raises(RunnerError, match="no namespaces here"):
        Runner(require_cage=True)
    with Runner(Limits()) as loose:
        assert loose.missing == "no namespaces here"
        assert shown(run(loose, ("student", "def f(x):\n    return x + 1"), ("test", "f(2)"))[1]) == "3"


def children_of(pid):
    parents = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            parents.append((int(path.parent.name), int(state[1])))
    found = {pid}
    while more := {child for child, parent in parents if parent in found} - found:
        found |= more
    return found - {pid}


def test_nothing_stays_behind_when_the_warm_process_is_killed():
    runner = Runner()
    told = []

    def work():
        try:
            runner.run(Job([("student", "import time\ntime.sleep(100)")], cell_seconds=100.0))
        except RunnerError as error:
            told.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    ends = time.monotonic() + 20
    while len(children_of(runner.process.pid)) < 4 and time.monotonic() < ends:
        time.sleep(0.05)
    alive = children_of(runner.process.pid)
    assert len(alive) >= 4  # the examiner, the nursery, the warden and the process in the cage
    os.kill(runner.process.pid, signal.SIGKILL)
    thread.join(20)
    assert "the warm process has gone" in told[0]
    while any(os.path.exists(f"/proc/{pid}") for pid in alive) and time.monotonic() < ends + 20:
        time.sleep(0.05)
    assert not any(os.path.exists(f"/proc/{pid}") for pid in alive)
    runner.close()


def test_what_is_computed_in_the_cage_is_on_the_account_of_whoever_began_it():
    def computed():
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    with Runner() as idle:
        run(idle, ("student", "1"))
    first = computed()
    with Runner() as idle:
        run(idle, ("student", "1"))
    second = computed()
    with Runner() as busy:
        run(busy, ("student", "import time\nwhile time.process_time() < 3:\n    pass"))
    assert computed() - second > second - first + 2


def test_after_the_process_has_ended_a_function_is_that_of_the_next_one(runner):
    outputs = run(
        runner,
        ("student", "import os\ndef f(x):\n    return x or os._exit(3)"),
        ("test", "f(1)"),
        ("test", "f(0)"),
        ("test", "f(2)"),
    )
    assert shown(outputs[1]) == "1"
    assert "exit code 3" in shown(outputs[2])
    assert shown(outputs[3]) == "2"
