# task 1
def perceptron_predict(X, w, b):
    return np.asarray(X) @ w + b > 0
