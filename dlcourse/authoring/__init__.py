"""What helps to write assignments: all of it reads or writes a checkout, and no student needs it.

`answers`
    The right and wrong answers of a task, as records.
`trials`
    A notebook's task cells, and what they say to an answer.
`proof`
    How many answers are judged as they must be: the table of ``make kill-report``.
`replay`
    A notebook as it was edited just now: its exercise made anew, and every answer tried on it.
`scaffold`
    The pieces of a new task.
"""
