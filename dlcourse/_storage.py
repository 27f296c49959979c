"""Keeping arrays and a description of them in one npz file.

What only this needs is imported when it is needed: nobody pays for it who does not save.
"""

import os
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]


def below(prefix: str, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """Return the arrays whose names begin with a prefix, by the rest of their names."""
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def write(path: str | os.PathLike[str], description: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """Write an npz file in one go: whoever interrupts it leaves the old file, or none."""
    import json

    path = os.fspath(path)
    if not path.endswith(".npz"):
        raise ValueError(f"path must end with .npz; got {os.path.basename(path)}")
    text, unfinished = np.array(json.dumps(description)), f"{path}.unfinished"
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, description=text, **arrays)  # type: ignore[arg-type]
        os.replace(unfinished, path)
    finally:
        if os.path.exists(unfinished):
            os.remove(unfinished)


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the description and the arrays of a file that `write` made."""
    import json
    import zipfile

    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:
            arrays = {name: entries[name] for name in entries.files}
        return json.loads(str(arrays.pop("description"))), arrays
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        sentence = f"{os.fspath(path)} must be a model that Sequential.save wrote; it cannot be read: {error}"
        raise ValueError(sentence) from error
