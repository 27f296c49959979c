"""Computes and stores nothing.

Message: nothing_done
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
    grads = {id(root): 1.0}
    for v in reversed(topo_order(root)):
        for p, l in zip(v.parents, v.local):
            grads[id(p)] = grads.get(id(p), 0.0) + l * grads[id(v)]
