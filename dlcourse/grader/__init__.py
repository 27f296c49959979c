"""What runs submissions: today stock nbgrader, one submission after the other.

The rooms, in the order in which things pass through them; each hands on frozen records and none looks back:

`notebooks`
    Cells and answers: reading, writing and altering notebooks.
`classroom`
    A class written down as plain files becomes submitted notebooks.
`stock`
    nbgrader's own steps (generate, autograde, feedback, export); every submission comes out graded or named as failed.
`reasons`
    From an autograded notebook: why points were lost, in a teacher's words.
`report`
    The table, for a terminal and as a page.

`stock.autograde` is the only place where student code is run; another way of running it would stand beside it and hand
on the same `stock.Outcome`. `mends` holds what nbgrader itself loads through `nbgrader_config.py`; `release` and
`server` serve the command line.
"""
