"""NumPy as textbooks on deep learning from scratch write it: clear, float64, a new array for every result."""

import numpy as np


class _Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


class _Relu:
    def forward(self, x):
        self.negative = x <= 0
        out = x.copy()
        out[self.negative] = 0
        return out

    def backward(self, dout):
        dout[self.negative] = 0
        return dout


class _Dropout:
    def __init__(self, rate, rng):
        self.rate, self.rng = rate, rng

    def forward(self, x):
        self.mask = self.rng.rand(*x.shape) >= self.rate
        return x * self.mask / (1 - self.rate)

    def backward(self, dout):
        return dout * self.mask / (1 - self.rate)


class _SoftmaxWithLoss:
    def forward(self, x, t):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.y, self.t = e / np.sum(e, axis=1, keepdims=True), t
        return -np.sum(t * np.log(self.y + 1e-12)) / len(t)

    def backward(self):
        return (self.y - self.t) / len(self.t)


class _Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999):
        self.lr, self.beta1, self.beta2, self.t = lr, beta1, beta2, 0
        self.m, self.v = {}, {}

    def update(self, params, grads):
        self.t += 1
        lr = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        for key in params:
            m = self.m.get(key, np.zeros_like(params[key]))
            v = self.v.get(key, np.zeros_like(params[key]))
            self.m[key] = self.beta1 * m + (1 - self.beta1) * grads[key]
            self.v[key] = self.beta2 * v + (1 - self.beta2) * grads[key] ** 2
            params[key] -= lr * self.m[key] / (np.sqrt(self.v[key]) + 1e-8)


class Mlp:
    """A network of layer objects, with dictionaries of parameters and gradients and one-hot labels."""

    def __init__(self, problem, dropout=0.0):
        self.params = {name: w.astype(np.float64) for name, w in problem.weights.items()}
        p = self.params
        self.layers = [
            _Dense(p["W1"], p["b1"]),
            _Relu(),
            _Dropout(dropout, np.random.RandomState(0)),
            _Dense(p["W2"], p["b2"]),
        ]
        self.last, self.adam = _SoftmaxWithLoss(), _Adam()
        self.images = problem.images.reshape(len(problem.images), -1)
        self.labels = np.eye(p["b2"].size)[problem.labels]
        self.batches, self.step = problem.batches, 0

    def _gradient(self, x, t):
        for layer in self.layers:
            x = layer.forward(x)
        loss = self.last.forward(x, t)
        dout = self.last.backward()
        for layer in reversed(self.layers):
            dout = layer.backward(dout)  # down to the images, although nobody asks for it
        first, last = self.layers[0], self.layers[-1]
        return loss, {"W1": first.dW, "b1": first.db, "W2": last.dW, "b2": last.db}

    def run(self, steps):
        """Train some steps."""
        for _ in range(steps):
            rows = self.batches[self.step % len(self.batches)]
            _, grads = self._gradient(self.images[rows], self.labels[rows])
            self.adam.update(self.params, grads)
            self.step += 1

    def loss_and_gradient(self):
        """Return the loss of the first batch and its gradient."""
        rows = self.batches[0]
        return self._gradient(self.images[rows], self.labels[rows])
