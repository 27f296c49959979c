"""A stack of iterators, and a set of nodes."""


def topo_order(root):
    order, seen, stack = [], {root}, [(root, iter(root.parents))]
    while stack:
        node, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, iter(parent.parents)))
                break
        else:
            order.append(node)
            stack.pop()
    return tuple(order)


def backward(root):
    order = list(topo_order(root))
    for node in order:
        node.grad = 0
    root.grad = 1
    while order:
        node = order.pop()
        for i in range(len(node.parents)):
            node.parents[i].grad = node.parents[i].grad + node.local[i] * node.grad
    return root
