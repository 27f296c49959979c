# task 1
def perceptron_predict(X, w, b):
    z = np.sum(np.asarray(w) * X, axis=0) + b
    return (z > 0).astype(int)
