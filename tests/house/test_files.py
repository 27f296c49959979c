"""What no file of the project may hold: hosts of package registries, paths of one machine, unfinished work."""

import io
import re
import shutil
import subprocess
import tokenize
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
# Written in pieces, so that this file does not name them itself.
HOSTS = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("golang", "org"),
        ("ghcr", "io"),
        ("docker", "io"),
        ("quay", "io"),
    )
]
MACHINE_PATH = re.compile(
    rb"(?<![\w./~$})>-])/(?:home|Users|root|work|tmp)/\w[\w./-]*|(?<![\w./~$})>-])/root\b|\b[A-Za-z]:\\+Users\\"
)
MARKERS = re.compile(rb"\b(?:TO" + rb"DO|FIX" + rb"ME)\b")


def tracked_files():
    """Return the paths of all files in git, relative to the checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.fail("these rules read the list of files from git: run them in a git checkout, with git on PATH")
    run = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)  # noqa: S603 - fixed command
    names = [name.decode() for name in run.stdout.split(b"\0") if name]
    return [PurePosixPath(name) for name in names if (ROOT / name).is_file()]


def is_vendored(path):
    """Tell whether a file comes from another project and is kept byte for byte, so that its wording is not ours."""
    return path.parts[:2] == ("book", "_vendor")


def host_violations(path, content):
    lowered = content.lower()
    return [f"{path} names {host}" for host in HOSTS if host.encode() in lowered]


def path_violations(path, content):
    return [f"{path} holds the path {match.group().decode()}" for match in MACHINE_PATH.finditer(content)]


def marker_violations(path, content):
    """Find marks of unfinished work; in tests only in comments, since a test may have to look for the words."""
    if path.parts[0] == "tests" and path.suffix == ".py":
        tokens = tokenize.tokenize(io.BytesIO(content).readline)
        content = b"\n".join(token.string.encode() for token in tokens if token.type == tokenize.COMMENT)
    return [f"{path} holds {match.group().decode()}" for match in MARKERS.finditer(content)]


@pytest.fixture(scope="module")
def files():
    return {path: (ROOT / path).read_bytes() for path in tracked_files()}


def test_git_lists_the_files(files):
    assert PurePosixPath("pyproject.toml") in files
    assert PurePosixPath("dlcourse/perceptron.py") in files


def test_no_file_names_the_host_of_a_package_registry(files):
    assert [sentence for path, content in files.items() for sentence in host_violations(path, content)] == []


def test_no_file_holds_a_path_of_one_machine(files):
    own = {path: content for path, content in files.items() if not is_vendored(path)}
    assert [sentence for path, content in own.items() for sentence in path_violations(path, content)] == []


def test_no_file_is_marked_unfinished(files):
    own = {path: content for path, content in files.items() if not is_vendored(path)}
    assert [sentence for path, content in own.items() for sentence in marker_violations(path, content)] == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_is_found_in_any_case(host):
    assert host_violations(PurePosixPath("a.txt"), f"--index-url https://Files.{host.upper()}/simple".encode())


def test_other_hosts_are_left_in_peace():
    assert host_violations(PurePosixPath("a.md"), b"https://creativecommons.org and https://keepachangelog.com") == []


@pytest.mark.parametrize(
    "pieces",
    [
        ("cd /ho", "me/ann/course"),
        ('"/Us', 'ers/ann/course"'),
        ("open('/ro", "ot')"),
        ("PATH=/wo", "rk/main/.venv/bin"),
        ("(/t", "mp/out)"),
        ("/t", "mp/out"),
        ("C:\\Us", "ers\\ann"),
        ("C:\\\\Us", "ers\\\\ann"),
    ],
)
def test_a_path_of_one_machine_is_found(pieces):
    assert len(path_violations(PurePosixPath("a.md"), "".join(pieces).encode())) == 1


@pytest.mark.parametrize(
    "text",
    ["book/work/a.md", "../tmp/x", "https://example.org/home/ann", "$HOME/root/", "#!/usr/bin/env bash", "~/work/a"],
)
def test_other_paths_are_left_in_peace(text):
    assert path_violations(PurePosixPath("a.md"), text.encode()) == []


def test_a_mark_of_unfinished_work_is_found():
    marker = "TO" + "DO"
    assert marker_violations(PurePosixPath("a.md"), f"{marker}: write this".encode())
    assert marker_violations(PurePosixPath("dlcourse/a.py"), f'x = "{marker}"\n'.encode())
    assert marker_violations(PurePosixPath("tests/a.py"), f"x = 1  # {'FIX' + 'ME'}\n".encode())


def test_a_test_that_looks_for_such_marks_is_left_in_peace():
    assert marker_violations(PurePosixPath("tests/a.py"), f'x = "{"TO" + "DO"}"\n'.encode()) == []
    assert marker_violations(PurePosixPath("a.md"), b"TODOS are not meant") == []
