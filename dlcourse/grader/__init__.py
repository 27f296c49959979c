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

A student alone has two more rooms:

`selfcheck`
    ``dlcourse check``: one notebook, run and scored as nbgrader would. `blueprint` puts the hidden checks back, which a
    student's copy does not hold; `surroundings` is what every kernel gets.
`doctor`
    ``dlcourse doctor``: what can cost points. `marks` compares nbgrader's marks with the release, and puts them back.

A class's code is run in `stock.autograde` alone, a learner's own in `selfcheck.run`; another way of running it would
stand beside them. `mends` and `validation` hold what nbgrader itself loads through `nbgrader_config.py`; `release` and
`server` serve the command line.
"""
