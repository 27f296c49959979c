"""Walks every path.

Message: too_slow
"""


def topo_order(root):
    order, seen = [], set()

    def visit(v):
        if id(v) in seen:
            return
        seen.add(id(v))
        for p in v.parents:
            visit(p)
        order.append(v)

    visit(root)
    return order


def backward(root):
    for v in topo_order(root):
        v.grad = 0.0

    def go(v, g):
        v.grad += g
        for p, l in zip(v.parents, v.local):
            go(p, g * l)

    go(root, 1.0)
