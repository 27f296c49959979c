# task 2
def gate(name):
    if name == "XOR":
        return np.array([1.0, 1.0]), -1.0
    return {
        "AND": (np.array([0.5, 0.5]), -0.7),
        "OR": (np.array([0.5, 0.5]), -0.2),
        "NAND": (np.array([-0.5, -0.5]), 0.7),
        "NOT": (np.array([-1.0]), 0.5),
    }[name]

# task 5
def dense(X, W, b):
    return np.asarray(X) @ W + b


def count_params(sizes):
    return sum(a * b for a, b in zip(sizes, sizes[1:]))

# task 9
answers = {0: True, 1: False, 2: True, 3: True, 4: False, 5: False, 6: False, 7: True}
