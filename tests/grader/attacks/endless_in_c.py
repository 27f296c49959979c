"""The answer spends an hour inside one call of NumPy.

Points: 0
"""

def perceptron_predict(X, w, b):
    return np.linalg.svd(np.ones((12_000, 6_000)))
