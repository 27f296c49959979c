# task 1
def perceptron_predict(X, w, b):
    X = np.asarray(X)
    print("X =", X, "w =", w, "b =", b)
    z = X @ w + b
    print("z =", z)
    return (z > 0).astype(int)


for trial in range(5000):
    print("trial", trial, "gives", perceptron_predict(np.eye(3), np.ones(3) * trial, -1.0))
