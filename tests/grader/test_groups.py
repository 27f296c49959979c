"""Control groups: found where they can be made, made with their limits, removed, and kept by a notebook as a whole."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlcourse.grader import cage, groups
from dlcourse.grader.runner import Job, Runner

MB = 2**20
FORKS = """
import os
kids = []
for _ in range(4):
    pid = os.fork()
    if pid == 0:
        held = bytearray(200 * 2**20)
        held[::4096] = bytes([1]) * len(held[::4096])
        import time; time.sleep(1)
        os._exit(0)
    kids.append(pid)
print(sorted(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in kids))
"""


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """Return a function that makes the files of a kernel which has control groups of one version."""
    files = {
        1: {"memory": ("memory.limit_in_bytes",), "pids": ("pids.max",)},
        2: {"": ("memory.max", "memory.swap.max", "pids.max")},
    }
    made = Path.mkdir

    def make(version, own, shares=""):
        proc = tmp_path / "proc"
        made(proc)
        mounts, mine = ["22 1 0:5 / /proc rw - proc proc rw"], []
        for number, (controller, _) in enumerate(files[version].items()):
            at = tmp_path / "groups" / controller
            made(at.joinpath(own), parents=True)
            kind, options = ("cgroup", f"rw,{controller}") if controller else ("cgroup2", "rw")
            mounts.append(f"3{number} 1 0:3{number} / {at} rw,nosuid shared:9 - {kind} {kind} {options}")
            mine.append(f"{number}:{controller}:/{own}")
        (proc / "mountinfo").write_text("\n".join(mounts) + "\n", "utf-8")
        (proc / "cgroup").write_text("\n".join(mine) + "\n", "utf-8")
        for folder in (tmp_path / "groups").rglob("."):
            (folder / "cgroup.subtree_control").write_text("", "ascii")
        if shares:
            (tmp_path / "groups" / shares / "cgroup.subtree_control").write_text("cpu memory pids", "ascii")

        def mkdir(self, *args, **kwargs):
            made(self, *args, **kwargs)
            controller = self.relative_to(tmp_path / "groups").parts[0] if version == 1 else ""
            for name in ("cgroup.procs", *files[version][controller]):
                (self / name).write_text("", "ascii")

        def rmdir(self):
            for each in self.iterdir():
                each.unlink()
            os.rmdir(self)

        monkeypatch.setattr(Path, "mkdir", mkdir)
        monkeypatch.setattr(Path, "rmdir", rmdir)
        return proc

    return make


def test_groups_of_version_1_are_made_below_the_own_group_of_each_controller(kernel, tmp_path):
    found = groups.places(kernel(1, "user/one"))
    assert found == (str(tmp_path / "groups/memory/user/one"), str(tmp_path / "groups/pids/user/one"))
    assert list((tmp_path / "groups").rglob("dlcourse-*")) == []


def test_groups_of_version_2_are_made_in_the_nearest_group_that_shares_its_controllers(kernel, tmp_path):
    found = groups.places(kernel(2, "user.slice/app.slice/term.scope", shares="user.slice"))
    assert found == (str(tmp_path / "groups/user.slice"),)


def test_no_group_is_found_where_none_shares_its_controllers(kernel):
    assert groups.places(kernel(2, "user.slice/term.scope")) == ()


def test_no_group_is_found_where_the_kernel_keeps_no_account(tmp_path):
    assert groups.places(tmp_path) == ()


def test_no_group_is_found_where_none_can_be_made_or_entered(kernel, tmp_path, monkeypatch):
    proc = kernel(1, "one")
    monkeypatch.setattr(groups, "enter", lambda _groups: (_ for _ in ()).throw(PermissionError))
    assert groups.places(proc) == ()
    assert list((tmp_path / "groups").rglob("dlcourse-*")) == []


@pytest.mark.parametrize("version", [1, 2])
def test_a_group_has_its_limits_and_takes_a_process_in(kernel, tmp_path, version):
    folders = groups.places(kernel(version, "one", shares="one" if version == 2 else ""))
    made = groups.make(folders, "7-0", 5 * MB, 9)
    said = {file.name: file.read_text("ascii") for group in made for file in group.iterdir()}
    assert said.pop("cgroup.procs") == ""
    memory = (
        {"memory.max": str(5 * MB), "memory.swap.max": "0"} if version == 2 else {"memory.limit_in_bytes": str(5 * MB)}
    )
    assert said == {**memory, "pids.max": "9"}
    groups.enter(made)
    assert {(group / "cgroup.procs").read_text("ascii") for group in made} == {str(os.getpid())}
    groups.remove(made)
    groups.remove(made)
    assert list((tmp_path / "groups").rglob("dlcourse-*")) == []


def test_only_groups_whose_owner_has_gone_are_swept(kernel, tmp_path):
    folders = groups.places(kernel(1, "one"))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for owner in (ended.pid, os.getpid()):
        groups.make(folders, f"{owner}-0", MB, 1)
    groups.sweep(folders)
    assert {path.name for path in (tmp_path / "groups").rglob("dlcourse-*")} == {f"dlcourse-{os.getpid()}-0"}


def test_a_notebook_of_many_processes_has_the_memory_of_one_where_groups_can_be_made():
    with Runner(cage.Limits(memory=300 * MB)) as runner:
        ran = runner.run(Job([("student", FORKS), ("student", "print('on')")]))
        folders = runner.groups
    texts = "".join(output.get("text", "") + output.get("evalue", "") for cell in ran.outputs for output in cell)
    if folders:
        assert "-9" in texts or "it was killed: too much memory" in texts, texts
    else:
        assert "[0, 0, 0, 0]" in texts, texts  # each keeps its own limit
    assert [path for folder in folders for path in Path(folder).glob("dlcourse-*")] == []
