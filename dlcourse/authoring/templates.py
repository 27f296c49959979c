"""The text of a new task's pieces. They work as they stand, on a formula of their own: the task doubles a number.

``FILL-IN`` stands where an author writes; ``NAME``, ``LABEL`` and the other words in capitals are replaced.
"""

MARK = "FILL-" + "IN"

TEXT = f"""\
## Task NUMBER. {MARK}: a title (VISIBLE_POINTS + HIDDEN_POINTS points)

**Goal.** {MARK}: what it is good for, in one or two sentences.

**Write** `NAME(x)`, where `x` {MARK}: its shape, and what it means.

**Returns** {MARK}: what, and in which shape.

- {MARK}: what holds at the edges. The hidden checks look at nothing that the text does not say.

**Formula:** equation EQUATION."""

SOLUTION = f'''\
def NAME(x):
    """{MARK}: what the function returns, in one line."""
    ### BEGIN SOLUTION
    # Why: {MARK}: one or two sentences for the page of worked solutions.
    return 2 * np.asarray(x)  # {MARK}: the formula
    ### END SOLUTION'''

VISIBLE_CHECK = """\
# VISIBLE_POINTS points: these checks you can run now.
import dlcourse.checks

dlcourse.checks.check("ASSIGNMENT", NUMBER, globals())"""

HIDDEN_CHECK = """\
# HIDDEN_POINTS points: these checks run when your notebook is graded.
import dlcourse.checks

### BEGIN HIDDEN TESTS
dlcourse.checks.check("ASSIGNMENT", NUMBER, globals(), hidden=True)
### END HIDDEN TESTS"""

CHECK = f'''\
# ------------------------------------------------------------------ NUMBER. NAME


def right_NAME(x: Any) -> Any:
    """{MARK}: Return the formula. If the chapter's module has it, write oracle.NAME below and delete this."""
    return 2 * np.asarray(x)


def draw_NAME(rng: np.random.Generator) -> Iterator[Case]:
    """{MARK}: Yield random cases, exact or far from every threshold, so that two right ways never disagree."""
    for n in (1, 4, 9):
        yield Case((rng.integers(-16, 17, n) / 8,), "random")


CONSTANT = Function(
    "NAME",
    right_NAME,
    "LABEL",
    Floats(),
    visible=[Case((np.array([1.0, 2.0]),), "example")],
    witnesses=[Case((np.array([-1.5, 0.0]),), "negative"), Case((np.zeros(0),), "empty")],
    draws=draw_NAME,
    mistakes={{"not_doubled": like(lambda x: x)}},  # {MARK}: the mistakes that you expect
)'''

MESSAGES = f"""
[NAME]
not_doubled = "{MARK}: the mistake and its remedy. Here: x comes back as it was; multiply it by 2."

[NAME.focus]
example = "{MARK}: what the visible case looks at"
negative = "{MARK}: a number below 0"
empty = "{MARK}: an array without entries"
random = "{MARK}: random arrays"
"""

RIGHT_ANSWER = f'''\
"""{MARK}: in what this right answer differs from the worked one. Here: it adds."""

import numpy as np


def NAME(x):
    return np.asarray(x) + np.asarray(x)
'''

WRONG_ANSWER = f'''\
"""{MARK}: the mistake, in one sentence. Here: it forgets to double.

Message: not_doubled
"""

import numpy as np


def NAME(x):
    return np.array(x)
'''

NEXT = f"""\
The task works as it stands: it doubles a number. Now make it yours. {MARK} stands wherever something is to be written.

1. The text and the solution: open NOTEBOOK in JupyterLab, and save it.
2. The check and its messages: MODULE and MESSAGES
3. At least two right and four wrong answers: ANSWERS
4. Points: all tasks together must have 100.

After each change: dlcourse replay ASSIGNMENT --task NUMBER
It makes the exercise anew, tries all answers, and lists what is still to be mended or written."""
