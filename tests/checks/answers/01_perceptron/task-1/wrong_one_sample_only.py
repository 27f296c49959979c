"""Works for one sample only.

Message: raised_truth
"""

def perceptron_predict(X, w, b):
    z = b
    for i in range(len(w)):
        z += w[i] * X[i]
    return 1 if z > 0 else 0
