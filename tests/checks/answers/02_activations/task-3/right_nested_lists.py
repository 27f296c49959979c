"""Recursion, plain lists."""

def each(f, x):
    x = x.tolist() if hasattr(x, "tolist") else x
    return [each(f, v) for v in x] if isinstance(x, list) else f(x)

def relu(x):
    return each(lambda v: max(0, v), x)

def relu_grad(x):
    return each(lambda v: int(v > 0), x)

def leaky_relu(x, alpha=0.01):
    return each(lambda v: v if v > 0 else alpha * v, x)

def leaky_relu_grad(x, alpha=0.01):
    return each(lambda v: 1 if v > 0 else alpha, x)
