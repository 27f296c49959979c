"""Never moves on.

Message: too_slow
"""

def early_stopping(val_losses, patience, min_delta=0.0):
    e, wait = 0, 0
    while wait < patience:
        if val_losses[e] < val_losses[0]:
            e += 1
    return 0, e
