"""What grades an answer: one module for each assignment, one engine for all.

A notebook needs one line::

    from dlcourse.checks import check
    check("01_perceptron", 1, globals())

Tools and tests use `grade`, which returns a `Verdict` instead of raising.
"""

from dlcourse.checks.engine import CheckFailed, Verdict, assignment, check, grade, quiz_points

__all__ = ["CheckFailed", "Verdict", "assignment", "check", "grade", "quiz_points"]
