"""The answer is a list in a list in a list, a hundred thousand deep; another contains itself.

Points: 0
"""

def perceptron_predict(X, w, b):
    deep = []
    for _ in range(100_000):
        deep = [deep]
    deep_too = []
    deep_too.append(deep_too)
    return [deep, deep_too]
