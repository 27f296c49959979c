"""Gives the name to a result.

Message: not_callable
"""

perceptron_predict = 1
