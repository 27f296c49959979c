# task 1
def perceptron_predict(X, w, b):
    X = np.array(X)
    if X.ndim == 1:
        total = 0.0
        for j in range(len(w)):
            total += X[j] * w[j]
        return np.array(1 if total + b > 0 else 0)
    answers = []
    for i in range(X.shape[0]):
        total = 0.0
        for j in range(X.shape[1]):
            total += X[i, j] * w[j]
        if total + b > 0:
            answers.append(1)
        else:
            answers.append(0)
    return np.array(answers, dtype=int)

# task 5
def dense(X, W, b):
    X = np.array(X)
    d, p = W.shape
    rows = X.reshape(X.size // d if X.size else 0, d)
    out = np.zeros((rows.shape[0], p))
    for i in range(rows.shape[0]):
        for k in range(p):
            out[i, k] = b[k]
            for j in range(d):
                out[i, k] += rows[i, j] * W[j, k]
    return out.reshape(X.shape[:-1] + (p,))


def count_params(sizes):
    total = 0
    for i in range(1, len(sizes)):
        for _ in range(sizes[i]):
            total += sizes[i - 1] + 1
    return total

# task 6
def masked_dense(X, W, b, mask):
    n, d = X.shape
    p = W.shape[1]
    out = np.zeros((n, p))
    n_params = p
    for k in range(p):
        for j in range(d):
            if mask[j][k]:
                n_params += 1
        for i in range(n):
            out[i, k] = b[k]
            for j in range(d):
                if mask[j][k]:
                    out[i, k] += X[i, j] * W[j, k]
    return out, n_params
