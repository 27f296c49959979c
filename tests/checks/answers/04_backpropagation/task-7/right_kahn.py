"""Counts children."""


def topo_order(root):
    nodes, st, cnt = {id(root): root}, [root], {id(root): 0}
    while st:
        v = st.pop()
        for p in v.parents:
            cnt[id(p)] = cnt.get(id(p), 0) + 1
            if id(p) not in nodes:
                nodes[id(p)] = p
                st.append(p)
    ready, out = [root], []
    while ready:
        v = ready.pop()
        out.append(v)
        for p in v.parents:
            cnt[id(p)] -= 1
            if cnt[id(p)] == 0:
                ready.append(p)
    return out[::-1]


def backward(root):
    g = {id(root): 1.0}
    for v in topo_order(root)[::-1]:
        v.grad = g.get(id(v), 0.0)
        for p, l in zip(v.parents, v.local):
            g[id(p)] = g.get(id(p), 0.0) + v.grad * l
