"""A tuple of axes."""


def unbroadcast(grad, shape):
    lead = grad.ndim - len(shape)
    full = (1,) * lead + tuple(shape)
    ax = tuple(i for i, n in enumerate(full) if n == 1 and grad.shape[i] > 1)
    return grad.sum(axis=ax, keepdims=True).reshape(shape)
