"""Trains with batches of 64 and a learning rate of 0.005."""

import numpy as np


def init_params(rng, n_in, n_hidden, n_out):
    def glorot(fan_in, fan_out):
        limit = np.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, (fan_in, fan_out))

    return {
        "W1": glorot(n_in, n_hidden),
        "b1": np.zeros(n_hidden),
        "W2": glorot(n_hidden, n_out),
        "b2": np.zeros(n_out),
    }


def forward(params, X, rate=0.2, training=False, rng=None):
    z = X @ params["W1"] + params["b1"]
    h = np.maximum(z, 0)
    scale = np.ones(h.shape)
    if training:
        scale = (rng.random(h.shape) >= rate) / (1 - rate)
        h = h * scale
    logits = h @ params["W2"] + params["b2"]
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True), {"z": z, "scale": scale, "h": h, "logits": logits}


def loss_and_grads(params, X, y, rate=0.2, training=True, rng=None):
    probs, cache = forward(params, X, rate, training, rng)
    n = len(X)
    rows = np.arange(n)
    loss = -np.mean(np.log(np.maximum(probs[rows, y], 1e-300)))
    dlogits = probs.copy()
    dlogits[rows, y] -= 1
    dlogits /= n
    dh = dlogits @ params["W2"].T
    dz = dh * cache["scale"] * (cache["z"] > 0)
    return loss, {"W1": X.T @ dz, "b1": dz.sum(axis=0), "W2": cache["h"].T @ dlogits, "b2": dlogits.sum(axis=0)}


def fit(params, X, y, loss_and_grads, epochs, batch_size, lr, rng, rate=0.2):
    params = {name: w.copy() for name, w in params.items()}
    m = {name: np.zeros(w.shape) for name, w in params.items()}
    v = {name: np.zeros(w.shape) for name, w in params.items()}
    t, history = 0, []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        total = 0.0
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            loss, grads = loss_and_grads(params, X[rows], y[rows], rate=rate, training=True, rng=rng)
            total += loss * len(rows)
            t += 1
            for name, g in grads.items():
                m[name] = 0.9 * m[name] + 0.1 * g
                v[name] = 0.999 * v[name] + 0.001 * g**2
                m_hat, v_hat = m[name] / (1 - 0.9**t), v[name] / (1 - 0.999**t)
                params[name] = params[name] - lr * m_hat / (np.sqrt(v_hat) + 1e-7)
        history.append(total / len(X))
    return params, history


def train_digits(X, y, seed):
    rng = np.random.default_rng(seed)
    params = init_params(rng, X.shape[1], 128, 10)
    params, history = fit(params, X, y, loss_and_grads, epochs=40, batch_size=64, lr=5e-3, rng=rng, rate=0.2)
    return params
