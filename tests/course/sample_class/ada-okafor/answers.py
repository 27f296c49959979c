# task 1
def perceptron_predict(X, w, b):
    return np.where(np.dot(X, w) + b > 0, 1, 0)

# task 2
def gate(name):
    if name == "XOR":
        return None  # no line separates it
    if name == "NOT":
        return np.array([-1.0]), 0.5
    b = {"AND": -1.5, "OR": -0.5, "NAND": 1.5}[name]
    sign = -1 if name == "NAND" else 1
    return sign * np.ones(2), b

# task 3
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    X = np.array(X, dtype=float)
    w = np.zeros(X.shape[1])
    b = 0.0
    mistakes = []
    while len(mistakes) < max_epochs:
        wrong = 0
        for i in range(len(X)):
            y_hat = perceptron_predict(X[i], w, b)
            if y_hat != y[i]:
                w = w + lr * (y[i] - y_hat) * X[i]
                b = b + lr * (y[i] - y_hat)
                wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes

# task 4
def mlp_step(X, layers):
    out = np.asarray(X, dtype=float)
    for W, b in layers:
        out = np.where(out @ W + b > 0, 1.0, 0.0)
    return out


def xor_layers():
    # hidden units: x1 and not x2, x2 and not x1; then OR
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    b1 = np.array([-0.5, -0.5])
    W2 = np.array([[1.0], [1.0]])
    b2 = np.array([-0.5])
    return [(W1, b1), (W2, b2)]

# task 5
def dense(X, W, b):
    return np.dot(X, W) + b


def count_params(sizes):
    total = 0
    for d_in, d_out in zip(sizes, sizes[1:]):
        total += d_in * d_out + d_out
    return total

# task 6
def masked_dense(X, W, b, mask):
    live = np.array(W, dtype=float)
    live[np.asarray(mask) == 0] = 0.0
    return np.dot(X, live) + b, int(np.count_nonzero(mask)) + len(b)

# task 7
def collapse_linear(layers):
    d_in = layers[0][0].shape[0]
    W_all, b_all = np.eye(d_in), np.zeros(d_in)
    for W, b in layers:
        b_all = b_all @ W + b
        W_all = W_all @ W
    return W_all, b_all

# task 8
def is_linearly_separable(table):
    n = {4: 2, 8: 3}[len(table)]
    X = np.array([[int(bit) for bit in format(i, f"0{n}b")] for i in range(2**n)])
    w, b, mistakes = perceptron_fit(X, np.array(table), max_epochs=500)
    return mistakes[-1] == 0

# task 9
answers = {0: True, 1: False, 2: False, 3: True, 4: False, 5: False, 6: True, 7: True}
