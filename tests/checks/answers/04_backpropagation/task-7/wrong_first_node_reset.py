"""Resets the root only, and takes the rest as found.

Message: value
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
    order = topo_order(root)
    order[0].grad = 0.0
    root.grad = 1.0
    for v in reversed(order):
        for p, l in zip(v.parents, v.local):
            p.grad += v.grad * l
