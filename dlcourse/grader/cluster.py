"""Grading on other machines: the workers of a Dask cluster run notebooks, each in cages of its own.

The cluster is the user's: ``dask scheduler`` and ``dask worker``, or what dask-jobqueue and dask-kubernetes start. Only
cells go there and only outputs come back; submissions, scores and the gradebook stay here.
"""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.grader import execute
from dlcourse.grader.stock import GraderError

TIMES = 3  # how often a notebook is tried again whose worker is lost
SECONDS = 15.0  # to find the scheduler


@dataclass(frozen=True)
class Cluster:
    """Workers that are ready.

    Attributes
    ----------
    executor : Executor
        Runs calls there.
    width : int
        How many notebooks all workers together run at a time.
    open_cages : mapping of str to str
        For each worker that cannot shut student code in, why.
    """

    executor: Executor
    width: int
    open_cages: Mapping[str, str]


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the workers of a cluster.

    Parameters
    ----------
    address : str
        Of its scheduler, such as ``"tcp://10.0.0.5:8786"``.

    Yields
    ------
    Cluster
        Until the block ends.

    Raises
    ------
    GraderError
        If nobody answers there, if there are no workers, or if a worker has another version of the course.
    ImportError
        If `distributed` is not installed.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ImportError("--cluster needs the package distributed: pip install 'dlcourse[cluster]'") from error
    try:
        client: Any = Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise GraderError(f"a Dask scheduler must answer at {address}; none does: {error}") from error
    with client:
        threads = client.nthreads()
        if not threads:
            raise GraderError(
                f"the cluster at {address} must have workers; it has none. Start one: dask worker {address}"
            )
        ours = fingerprint()
        for worker, theirs in client.run(fingerprint).items():
            if theirs != ours:
                raise GraderError(f"all workers must have this version of the course; {worker} has another one")
        missing = {worker: why for worker, why in client.run(execute.what_is_missing).items() if why}
        yield Cluster(client.get_executor(retries=TIMES, pure=False), sum(threads.values()), missing)


def fingerprint() -> str:
    """Return what tells this version of the course's package from any other.

    Returns
    -------
    str
        Hexadecimal digits.
    """
    package = Path(__file__).parents[1]
    total = hashlib.sha256()
    for path in sorted([*package.rglob("*.py"), *package.rglob("*.toml")]):
        total.update(f"{path.relative_to(package).as_posix()}\0".encode() + path.read_bytes())
    return total.hexdigest()
