# task 3
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    w = np.zeros(X.shape[1])
    b = 0.0
    mistakes = []
    for epoch in range(max_epochs)
        count = 0
        for x, target in zip(X, y):
            error = target - int(x @ w + b > 0)
            w = w + lr * error * x
            b = b + lr * error
            count += abs(error)
        mistakes.append(count)
        if count == 0:
            break
    return w, b, mistakes
