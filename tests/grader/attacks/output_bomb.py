"""A cell prints without end, and so does the answer.

Points: 0
"""

for _ in range(300_000):
    print("x" * 100)


def perceptron_predict(X, w, b):
    for _ in range(300_000):
        print("x" * 100)
