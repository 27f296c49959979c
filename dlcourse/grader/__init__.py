"""What runs submissions: a student's cells in a cage, the tests in a process that runs none of the student's code.

The rooms, in the order in which things pass through them; each hands on frozen records and none looks back:

`notebooks`
    Cells and answers: reading, writing and altering notebooks.
`classroom`
    A class written down as plain files becomes submitted notebooks.
`stock`
    nbgrader's own steps (generate, autograde, feedback, export); every submission comes out graded or named as failed.
`batch`
    A whole class at once: collected, prepared, run side by side, scored, and recorded by one writer.
`reasons`
    From an autograded notebook: why points were lost, in a teacher's words.
`report`
    The table, for a terminal and as a page.
`feedback`
    The page that a student gets back. `withhold` takes hidden tests out of it first.

A student alone has three more rooms:

`workplace`
    ``dlcourse open``: a copy of an assignment, and JupyterLab on it.
`selfcheck`
    ``dlcourse check``: one notebook, run and scored as nbgrader would. `blueprint` puts the hidden checks back, which a
    student's copy does not hold; `surroundings` is what every kernel gets.
`doctor`
    ``dlcourse doctor``: what can cost points. `marks` compares nbgrader's marks with the release, and puts them back.

How a notebook is run has rooms of its own, from the door to the cell:

`execute`
    nbgrader's door: takes the place of its `Execute`, for `batch` and for nbgrader's own commands.
`runner`
    Gives jobs to the warm process and waits; runs no code of anyone's.
`zygote`
    The warm process. It forks an examiner for every job, and through a nursery that knows no job the caged ones.
`examiner`
    Runs the locked test cells, with proxies for a student's names.
`pupil`
    Runs the student's cells and answers calls, by `shell`, which is IPython without a kernel.
`cage`
    What a student's process is shut into: namespaces, limits, a list of forbidden calls.
`wire`
    The plain data that crosses between the two.

A learner's own notebook is run in `selfcheck.run`, in an ordinary kernel. `mends`, `execute` and `validation` hold what
nbgrader itself loads through `nbgrader_config.py`; `release`, `server` and `cli` serve the command line.
"""
