"""Who is measured: one file for each package or style, with a class for each task.

Such a class is made from a problem, and a dropout rate if the problem has one. It offers ``run(steps)``, which trains
that many steps, and, unless it is a mere bound, ``loss_and_gradient()`` on the first batch of the problem.
"""
