"""Spreads from the root by nearness.

Message: nearness
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
    root.grad = 1.0
    queue, seen = [root], {id(root)}
    while queue:
        v = queue.pop(0)
        for p, l in zip(v.parents, v.local):
            p.grad += l * v.grad
            if id(p) not in seen:
                seen.add(id(p))
                queue.append(p)
