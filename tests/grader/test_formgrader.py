"""nbgrader's formgrader opens the gradebook that the course's grader wrote, and its button grades in the cage."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from dlcourse.grader import batch
from tests.grader.tiny import NAME, RIGHT, WRONG, submit

ENDS = "return 2 * x if np.ndim(x) == 0 else __import__('os')._exit(3)"
TOKEN = "formgrader-test"  # noqa: S105 - of a server that lives for a moment


class Server:
    """A Jupyter server with formgrader, in the folder of a course."""

    def __init__(self, root):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address, self.log = f"http://127.0.0.1:{port}", root / "server.log"
        options = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
        options += ["--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=True", "--allow-root"]
        with self.log.open("w") as file:
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "jupyter_server", "--no-browser", *options],
                cwd=root, env={**os.environ, "JUPYTER_CONFIG_DIR": str(root / "config")}, stdout=file, stderr=file,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        ends = time.monotonic() + 90
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < ends, self.log.read_text()
            time.sleep(0.2)

    def answers(self):
        try:
            self.ask("/formgrader/api/status")
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False
        return True

    def ask(self, path, method="GET"):
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(self.address + path, method=method, headers=headers)  # noqa: S310 - this machine
        with urllib.request.urlopen(request, timeout=120) as reply:  # noqa: S310 - as above
            return reply.read().decode()

    def close(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def server(course):
    for student, body in (("ann", RIGHT), ("bob", WRONG), ("cid", ENDS)):
        submit(course, student, body)
    batch.grade(course, NAME, students=["ann", "bob"])
    found = Server(course.root)
    yield found
    found.close()


def test_it_shows_every_submission_and_grades_one_more(server, course):
    def scores():
        found = json.loads(server.ask(f"/formgrader/api/submissions/{NAME}"))
        return {one["student"]: (one["autograded"], one["score"], one["needs_manual_grade"]) for one in found}

    assert scores() == {"ann": (True, 9, False), "bob": (True, 4, False), "cid": (False, 0, False)}
    page = server.ask(f"/formgrader/gradebook/{NAME}/{NAME}")
    assert NAME in page
    (one,) = json.loads(server.ask(f"/formgrader/api/submitted_notebooks/{NAME}/{NAME}"))[:1]
    shown = re.sub(r"<[^>]+>", "", server.ask(f"/formgrader/submissions/{one['id']}/"))
    assert "def double(x)" in shown

    told = json.loads(server.ask(f"/formgrader/api/submission/{NAME}/cid/autograde", "POST"))
    assert told["success"], told
    assert scores()["cid"] == (True, 6, False)
    graded = (course.directory("autograded") / "cid" / NAME / f"{NAME}.ipynb").read_text("utf-8")
    assert "it ended itself with the exit code 3" in graded  # nbgrader's own way would have lost the submission
