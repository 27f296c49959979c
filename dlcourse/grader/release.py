"""From a generated student version to the committed ``exercises/``, without losing anybody's work."""

import shutil
from pathlib import Path

from dlcourse.grader import notebooks


def publish(generated: Path, exercise: Path) -> str:
    """Put a generated notebook in the place of the committed one.

    Parameters
    ----------
    generated : Path
        What nbgrader has just made; files beside it are published with it.
    exercise : Path
        The notebook under ``exercises/``.

    Returns
    -------
    str
        What was done, in words. A notebook in which someone has worked is left as it is.
    """
    new = generated.read_text(encoding="utf-8")
    if exercise.exists():
        if exercise.read_text(encoding="utf-8") == new:
            return "unchanged"
        if notebooks.has_answers(notebooks.read(exercise)):
            return f"left as it is, because someone has worked in it; the new version is {generated}"
    done = "replaced by the new version" if exercise.exists() else "made"
    notebooks.write_text(exercise, new)
    for other in sorted(generated.parent.iterdir()):
        if other.is_file() and other != generated:
            shutil.copyfile(other, exercise.parent / other.name)
    return done
