# task 3
def perceptron_fit(X, y, lr=1.0, max_epochs=100):
    X = np.asarray(X, dtype=float)
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    while True:
        count = 0
        for x, target in zip(X, y):
            error = target - int(x @ w + b > 0)
            if error != 0:
                w = w + lr * error * x
                b = b + lr * error
                count += 1
        mistakes.append(count)
        # stop when there are no mistakes left
        if mistakes == 0:
            break
    return w, b, mistakes
