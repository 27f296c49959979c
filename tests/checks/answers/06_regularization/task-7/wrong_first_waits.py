"""Counts the first epoch as waiting.

Message: first_epoch_waits
"""

def early_stopping(val_losses, patience, min_delta=0.0):
    best, best_epoch, wait = val_losses[0], 0, 0
    for e, v in enumerate(val_losses):
        if v < best - min_delta:
            best, best_epoch, wait = v, e, 0
        else:
            wait += 1
            if wait >= patience:
                return best_epoch, e
    return best_epoch, len(val_losses) - 1
