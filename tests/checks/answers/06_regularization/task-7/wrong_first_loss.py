"""Starts from the first loss.

Message: first_is_nan
"""

def early_stopping(val_losses, patience, min_delta=0.0):
    best, best_epoch, wait = val_losses[0], 0, 0
    for e in range(1, len(val_losses)):
        if val_losses[e] < best - min_delta:
            best, best_epoch, wait = val_losses[e], e, 0
        else:
            wait += 1
            if wait == patience:
                return best_epoch, e
    return best_epoch, len(val_losses) - 1
