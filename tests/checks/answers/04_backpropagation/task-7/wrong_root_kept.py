"""Neither resets nor starts with 1.

Message: root_kept
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
    for v in reversed(order):
        for p, l in zip(v.parents, v.local):
            p.grad += v.grad * l
