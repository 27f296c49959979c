"""The oracle is replaced by the wrong answer.

Points: 0
"""

import dlcourse.perceptron


def perceptron_predict(X, w, b):
    return np.zeros(np.shape(X)[:-1], int)


dlcourse.perceptron.perceptron_predict = perceptron_predict
dlcourse.perceptron.perceptron_predict.__code__ = perceptron_predict.__code__
