"""Calls itself for the next epoch."""

def _go(losses, epoch, best, best_epoch, left, patience, delta):
    if left == 0 or epoch == len(losses):
        return best_epoch, epoch - 1
    if losses[epoch] < best - delta:
        return _go(losses, epoch + 1, losses[epoch], epoch, patience, patience, delta)
    return _go(losses, epoch + 1, best, best_epoch, left - 1, patience, delta)


def early_stopping(val_losses, patience, min_delta=0.0):
    return _go(list(val_losses), 0, float("inf"), 0, patience, patience, min_delta)
