"""Python loops, lists for gradients."""

def _walk(p, f):
    return [_walk(q, f) for q in p] if isinstance(p, list) else f(p)


def _flat(p):
    return [x for q in p for x in _flat(q)] if isinstance(p, list) else [p]


def l2_penalty(params, lam):
    value, grads = 0.0, {}
    for name in params:
        entries = params[name].tolist()
        heavy = name[0] == "W"
        for x in _flat(entries):
            value += 0.5 * lam * x * x if heavy else 0
        grads[name] = _walk(entries, lambda x, heavy=heavy: lam * x if heavy else 0)
    return value, grads


def l1_penalty(params, lam):
    value, grads = 0.0, {}
    for name in params:
        entries = params[name].tolist()
        heavy = name[0] == "W"
        for x in _flat(entries):
            value += lam * abs(x) if heavy else 0
        grads[name] = _walk(entries, lambda x, heavy=heavy: lam * ((x > 0) - (x < 0)) if heavy else 0)
    return value, grads
