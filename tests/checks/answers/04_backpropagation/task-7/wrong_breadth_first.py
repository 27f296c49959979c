"""Breadth first from the root.

Message: child_first
"""


def topo_order(root):
    order, seen, q = [], {id(root)}, [root]
    while q:
        v = q.pop(0)
        order.append(v)
        for p in v.parents:
            if id(p) not in seen:
                seen.add(id(p))
                q.append(p)
    return order[::-1]


def backward(root):
    order = topo_order(root)
    for v in order:
        v.grad = 0.0
    root.grad = 1.0
    for v in reversed(order):
        for p, l in zip(v.parents, v.local):
            p.grad += v.grad * l
