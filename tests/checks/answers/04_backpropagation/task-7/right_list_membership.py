"""Membership in a list, recursion with an argument."""


def topo_order(root, order=None):
    order = [] if order is None else order
    if root not in order:
        for parent in root.parents:
            topo_order(parent, order)
        order.append(root)
    return order


def backward(root):
    order = topo_order(root)
    for node in order:
        node.grad = 1.0 * (node is root)
    for node in order[::-1]:
        for parent, slope in zip(node.parents, node.local):
            parent.grad += slope * node.grad
