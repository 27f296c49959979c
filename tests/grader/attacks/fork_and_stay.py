"""A process that stays behind when the notebook is graded.

Points: 11
"""

import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        while True:
            time.sleep(1)
    os._exit(0)

def perceptron_predict(X, w, b):
    return (np.asarray(X) @ np.asarray(w) + b > 0).astype(int)
