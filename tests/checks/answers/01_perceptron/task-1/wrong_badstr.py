"""Raises an error that cannot say what it is.

Message: raised
"""


class E(Exception):
    def __str__(self): raise RuntimeError('ha')
def perceptron_predict(X,w,b): raise E
