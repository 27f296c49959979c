# task 1
def perceptron_predict(X, w, b):
    z = np.asarray(X) @ np.asarray(w)
    return (z > 0).astype(int)
