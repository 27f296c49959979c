"""Walks every path and then removes what is double.

Message: too_slow
"""


def topo_order(root):
    def paths(v):
        for p in v.parents:
            yield from paths(p)
        yield v

    return list(dict.fromkeys(paths(root)))


def backward(root):
    order = topo_order(root)
    for v in order:
        v.grad = 0.0
    root.grad = 1.0
    for v in reversed(order):
        for p, l in zip(v.parents, v.local):
            p.grad += v.grad * l
