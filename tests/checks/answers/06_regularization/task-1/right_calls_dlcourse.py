"""Lets the course do the work.

Remark: remark_calls
"""

from dlcourse import regularization


def l2_penalty(params, lam):
    return regularization.l2_penalty(params, lam)


def l1_penalty(params, lam):
    return regularization.l1_penalty(params, lam)
