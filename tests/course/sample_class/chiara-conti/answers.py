# task 1
def perceptron_predict(X, w, b):
    z = X @ w + b
    return (z > 0).astype(int)

# task 2
def gate(name):
    if name == "AND":
        return np.array([1.0, 1.0]), -1.5
    if name == "OR":
        return np.array([1.0, 1.0]), -0.5
    if name == "NAND":
        return np.array([-1.0, -1.0]), 1.5
    if name == "NOT":
        return np.array([-1.0]), 0.5
    return None

# task 3
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w = np.zeros(X.shape[1])
    b = 0.0
    mistakes = []
    for epoch in range(max_epochs):
        count = 0
        for x, target in zip(X, y):
            y_hat = 1 if x @ w + b > 0 else 0
            if y_hat != target:
                w += lr * (target - y_hat) * x
                b += lr * (target - y_hat)
                count += 1
        mistakes.append(count)
        if count == 0:
            break
    return w, b, mistakes

# task 4
def mlp_step(X, layers):
    a = X
    for W, b in layers:
        a = (a @ W + b > 0).astype(float)
    return a


def xor_layers():
    W1 = np.array([[1.0, -1.0], [1.0, -1.0]])
    b1 = np.array([-0.5, 1.5])
    W2 = np.array([[1.0], [1.0]])
    b2 = np.array([-1.5])
    return [(W1, b1), (W2, b2)]
