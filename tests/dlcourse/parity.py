"""Values recorded from PyTorch: an oracle that shares no line with ours.

`tests/dlcourse/recorded/record_MODULE.py` has a function ``cases()`` that computes with PyTorch and returns, by the
name of a case, a dictionary of arrays: what went in and what came out. Run it to write ``MODULE.npz`` beside it. Tests
compare the oracle with the file; where PyTorch is installed they also compare the file with PyTorch.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

RECORDED = Path(__file__).parent / "recorded"
HAS_TORCH = importlib.util.find_spec("torch") is not None

Cases = dict[str, dict[str, np.ndarray[Any, Any]]]


def save(module: str, version: str, cases: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the cases of a module, and the version of PyTorch that computed them."""
    arrays = {f"{name}/{key}": np.asarray(value) for name, case in cases.items() for key, value in case.items()}
    np.savez_compressed(RECORDED / f"{module}.npz", torch_version=np.array(version), **arrays)


def load(module: str) -> Cases:
    """Read the cases of a module."""
    cases: Cases = {}
    with np.load(RECORDED / f"{module}.npz", allow_pickle=False) as file:
        for key in file.files:
            if key != "torch_version":
                name, part = key.rsplit("/", 1)
                cases.setdefault(name, {})[part] = file[key]
    return cases


def computed_now(module: str) -> Cases:
    """Compute the cases of a module with the PyTorch that is installed."""
    path = RECORDED / f"record_{module}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} must be a Python file; it cannot be loaded")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return {name: {key: np.asarray(value) for key, value in case.items()} for name, case in script.cases().items()}


def tolerance(dtype: Any) -> float:
    """Return how far the oracle may be from PyTorch, as a share of the largest entry."""
    return 1e-5 if dtype == np.float32 else 1e-10


def assert_close(got: Any, want: Any) -> None:
    """Fail unless two arrays agree to the tolerance of the recorded dtype."""
    got, want = np.asarray(got), np.asarray(want)
    assert got.shape == want.shape, f"shape {got.shape}, recorded {want.shape}"
    largest = float(np.max(np.abs(want), initial=1.0))
    np.testing.assert_allclose(got, want, rtol=0, atol=tolerance(want.dtype) * largest)
