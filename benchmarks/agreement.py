"""What is asked before anything is timed: whether all contenders compute the same."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

__all__ = ["DisagreementError", "check_agreement"]

LOSS, GRADIENT, PATH = 1e-5, 1e-4, 1e-3


class DisagreementError(ValueError):
    """A contender computes something else than the others, so that its time means nothing."""


def check_agreement(answers: Mapping[str, Mapping[str, NDArray[np.floating] | float]]) -> None:
    """Raise unless all contenders give the same answers, to the precision of float32.

    Parameters
    ----------
    answers : mapping of str to mapping of str to ndarray or float
        By contender, and then by name: ``loss``, the losses after some steps of training as ``path``, and gradients
        by the names of their parameters. A contender may leave out what it cannot tell.

    Raises
    ------
    DisagreementError
        Names each contender that is off, in what, and by how much. What is right is the median of all, so that one
        who errs cannot accuse the others, if they are at least three.
    """
    faults = []
    for what in dict.fromkeys(name for given in answers.values() for name in given):
        given = {who: np.asarray(answer[what], np.float64) for who, answer in answers.items() if what in answer}
        shapes = {who: array.shape for who, array in given.items()}
        if len(set(shapes.values())) > 1:
            faults.append(f"{what} has different shapes: {shapes}")
            continue
        middle = np.median(list(given.values()), axis=0)
        most = {"loss": LOSS, "path": PATH}.get(what, GRADIENT)
        size = float(np.abs(middle).max())
        for who, array in given.items():
            off = float(np.abs(array - middle).max())
            if not off <= most * size:  # also if nan
                faults.append(f"{who} differs in {what} by {off:.2g}; {most * size:.2g} is allowed")
    if faults:
        raise DisagreementError("the contenders do not compute the same: " + "; ".join(faults))
