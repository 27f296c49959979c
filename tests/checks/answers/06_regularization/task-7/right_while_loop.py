"""A while loop and NumPy integers."""

import numpy as np


def early_stopping(val_losses, patience, min_delta=0.0):
    losses = np.array(val_losses)
    best = np.inf
    best_epoch = epoch = waited = 0
    while True:
        if best - losses[epoch] > min_delta:
            best, best_epoch, waited = losses[epoch], epoch, 0
        else:
            waited += 1
        if waited == patience or epoch == len(losses) - 1:
            return np.array([best_epoch, epoch]).tolist()
        epoch += 1
