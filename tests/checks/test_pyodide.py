"""The checks judge in Pyodide, Python for the browser: with NumPy, the standard library, and less than a desk has.

What Pyodide 314 lacks was read off it: no module `resource`, no `signal.setitimer`, no `time.thread_time`, no new
threads, no processes. It is taken away here from an ordinary Python; a browser is not started.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.checks.engine import MODULES

CHECKOUT = Path(__file__).parents[2]
ANSWERS = CHECKOUT / "tests/checks/answers"
POORER = """
import _thread, json, os, signal, subprocess, sys, threading, time
sys.path.insert(0, sys.argv[1])
import numpy

del signal.setitimer, signal.getitimer, time.thread_time
def refuse(*_arguments, **_options):
    raise RuntimeError("can't start new thread, and no process either")
for module, names in (
    (_thread, ("start_new_thread", "start_joinable_thread")), (threading, ("_start_new_thread",)),
    (subprocess, ("_fork_exec",)), (os, ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system", "execv")),
):
    for name in names:
        if hasattr(module, name):
            setattr(module, name, refuse)

class OnlyWhatIsThere:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if name == "resource" or top not in {"numpy", "dlcourse", *sys.stdlib_module_names}:
            raise ModuleNotFoundError(f"No module named {name!r} in Pyodide", name=name)
for name in [name for name in sys.modules if name == "resource"]:
    del sys.modules[name]
sys.meta_path.insert(0, OnlyWhatIsThere())

from dlcourse import checks

found = {}
for name, right, wrong in json.load(sys.stdin):
    for kind, source in (("right", right), ("wrong", wrong)):
        namespace = {"np": numpy}
        exec(source, namespace)
        found[f"{name} {kind}"] = [checks.grade(name, 1, namespace, hidden=hidden).passed for hidden in (False, True)]
print(json.dumps(found))
"""


def run(code, *arguments, given="[]"):
    command = [sys.executable, "-I", "-c", code, *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603 - our own


@pytest.fixture(scope="module")
def judged():
    answers = []
    for name in MODULES:
        folder = ANSWERS / name / "task-1"
        right, wrong = (min(folder.glob(f"{kind}_*.py")).read_text("utf-8") for kind in ("right", "wrong"))
        answers.append((name, right, wrong))
    done = run(POORER, str(CHECKOUT), given=json.dumps(answers))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", MODULES)
def test_a_right_answer_passes_there(name, judged):
    assert judged[f"{name} right"] == [True, True]


@pytest.mark.parametrize("name", MODULES)
def test_a_wrong_answer_fails_there(name, judged):
    assert judged[f"{name} wrong"][1] is False


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import tqdm", "No module named 'tqdm' in Pyodide"),
        ("import resource", "No module named 'resource' in Pyodide"),
        ("threading.Thread(target=print).start()", "can't start new thread"),
        ("subprocess.run(['true'])", "no process either"),
        ("os.fork()", "no process either"),
        ("time.thread_time()", "no attribute 'thread_time'"),
    ],
)
def test_what_a_browser_lacks_is_missing_in_these_tests_too(code, words):
    poorer, _, _ = POORER.partition("from dlcourse import checks")
    done = run(poorer + code, str(CHECKOUT))
    assert done.returncode != 0
    assert words in done.stderr
