"""The answer asks for all memory there is.

Points: 0
"""

def perceptron_predict(X, w, b):
    kept = []
    while True:
        kept.append(bytearray(50_000_000))
