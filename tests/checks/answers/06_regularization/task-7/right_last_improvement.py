"""Remembers the last improvement."""

def early_stopping(val_losses, patience, min_delta=0.0):
    last = -1
    best = float("inf")
    for i in range(len(val_losses)):
        if val_losses[i] < best - min_delta:
            best = val_losses[i]
            last = i
        if i - last >= patience:
            return (last, i)
    return last, len(val_losses) - 1
