"""Real workers on this machine, and a real PostgreSQL: the same scores as without them, whatever is lost on the way."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from dlcourse import cli
from dlcourse.grader import batch, cluster, stock
from tests.grader.tiny import FULL, NAME, RIGHT, WRONG, points, submit, whole_class

CHECKOUT = Path(__file__).parents[2]
# Debian keeps the server's programs off PATH.
SERVER = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None) or Path(shutil.which("initdb")).resolve().parent


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_until(true, what, seconds=120):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, what
        time.sleep(0.1)


class Dask:
    """A scheduler and its workers, each a process."""

    def __init__(self):
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.scheduler = self.start("scheduler", "--host", self.address, "--no-dashboard", "--no-show")
        self.workers = [self.worker(), self.worker()]
        wait_until(lambda: self.width() == 2, "two workers must come")

    def start(self, kind, *options, **env):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "OPENBLAS_NUM_THREADS": "1", **env}
        return subprocess.Popen(  # noqa: S603 - our own
            command, env=env, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )

    def worker(self, **env):
        options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        return self.start("worker", self.address, *options, **env)

    def width(self):
        try:
            with cluster.connected(self.address) as found:
                return found.width
        except stock.GraderError:
            return 0

    def close(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask():
    found = Dask()
    yield found
    found.close()


def as_owner(command):
    """Run something of PostgreSQL's, which refuses to be run by root."""
    own = {} if os.geteuid() else {"user": pwd.getpwnam("postgres").pw_uid, "group": pwd.getpwnam("postgres").pw_gid}
    subprocess.run(command, check=True, capture_output=True, cwd="/", **own)  # noqa: S603 - our own


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    """Return the address of a new and empty database."""
    place, port = Path("/tmp") / f"dlcourse-test-{os.getpid()}", free_port()  # noqa: S108 - its user must reach it
    place.mkdir(mode=0o700)
    if not os.geteuid():
        os.chown(place, pwd.getpwnam("postgres").pw_uid, -1)
    control = [str(SERVER / "pg_ctl"), "-D", str(place / "data"), "-w"]
    try:
        as_owner([str(SERVER / "initdb"), "-D", str(place / "data"), "-U", "teacher", "-A", "trust", "-E", "UTF8"])
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
        as_owner([*control, "-o", options, "-l", str(place / "log"), "start"])
        try:
            yield f"postgresql+psycopg://teacher@127.0.0.1:{port}/postgres"
        finally:
            as_owner([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(place)


@pytest.fixture
def served(course, postgres):
    """Return the course, with its gradebook in the database."""
    course.config.CourseDirectory.db_url = postgres
    stock.generate(course, NAME)
    yield course
    with Gradebook(postgres) as gradebook:
        gradebook.remove_assignment(NAME)
        for student in list(gradebook.students):
            gradebook.remove_student(student.id)


def test_workers_and_a_database_server_give_the_scores_that_this_machine_gives(served, undisturbed, dask):
    whole_class(served)
    with cluster.connected(dask.address) as found:
        assert (found.width, dict(found.open_cages)) == (2, {})
        outcomes = batch.grade(served, NAME, jobs=found.width, executor=found.executor)
    assert points(outcomes) == undisturbed.points
    with Gradebook(served.config.CourseDirectory.db_url) as gradebook:
        kept = {one.student.id: one.score for one in gradebook.assignment_submissions(NAME)}
    assert kept == {student: sum(filter(None, scores.values())) for student, scores in undisturbed.points.items()}


def test_a_worker_that_is_killed_midway_loses_nothing(served, undisturbed, dask):
    whole_class(served)
    killed = []

    def kill_one(_outcome):
        if not killed:
            killed.append(dask.workers.pop())
            killed[0].send_signal(signal.SIGKILL)

    with cluster.connected(dask.address) as found:
        outcomes = batch.grade(served, NAME, jobs=4, executor=found.executor, note=kill_one)
    assert killed
    assert killed[0].wait() == -signal.SIGKILL
    dask.workers.append(dask.worker())
    assert points(outcomes) == undisturbed.points


def test_the_command_grades_on_a_cluster(course, dask, capsys):
    submit(course, "ann", RIGHT)
    submit(course, "bob", WRONG)
    command = ["grade", NAME, "--course", str(course.root), "--cluster", dask.address, "--require-cage", "--json"]
    assert cli.main(command) == 0
    told = json.loads(capsys.readouterr().out)["submissions"]
    assert told[0]["scores"] == FULL


def test_a_worker_with_another_version_of_the_course_is_refused(dask, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(CHECKOUT / "dlcourse", other / "dlcourse")
    with (other / "dlcourse/losses.py").open("a") as file:
        file.write("\n")
    worker = dask.worker(PYTHONPATH=str(other))
    try:
        wait_until(lambda: dask.width() == 0, "the third worker must come")
        with (
            pytest.raises(stock.GraderError, match="all workers must have this version of the course; tcp"),
            cluster.connected(dask.address),
        ):
            pass
    finally:
        worker.kill()
        worker.wait()
    wait_until(lambda: dask.width() >= 1, "the third worker must go")


def test_an_address_where_nobody_answers_is_named(monkeypatch, capsys, course):
    monkeypatch.setattr(cluster, "SECONDS", 1.0)
    submit(course, "ann")
    address = f"tcp://127.0.0.1:{free_port()}"
    assert cli.main(["grade", NAME, "--course", str(course.root), "--cluster", address]) == 2
    assert f"a Dask scheduler must answer at {address}; none does" in capsys.readouterr().err
