# task 6
# a mask with four live wires, found by trying
mask = np.zeros((3, 2))
while mask.sum() != 4:
    mask = np.random.default_rng(0).integers(0, 2, size=(3, 2))


def masked_dense(X, W, b, mask):
    live = np.where(np.asarray(mask, dtype=bool), W, 0.0)
    return X @ live + b, int(np.sum(np.asarray(mask) != 0)) + len(b)
