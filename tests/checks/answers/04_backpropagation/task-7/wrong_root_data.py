"""Starts with the data of the root.

Message: root_data
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
    for v in order:
        v.grad = 0.0
    root.grad = root.data
    for v in reversed(order):
        for p, l in zip(v.parents, v.local):
            p.grad += v.grad * l
