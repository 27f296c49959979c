"""Sorts the caller's list.

Message: changed
"""

def early_stopping(val_losses, patience, min_delta=0.0):
    stop = len(val_losses) - 1
    val_losses.sort()
    return 0, stop
