"""Threads go on after the cell and change what is graded.

Points: 0
"""

import threading
import time


def meddle():
    while True:
        globals()["perceptron_predict"] = lambda X, w, b: np.zeros(np.shape(X)[:-1], int)
        time.sleep(0.0001)


for _ in range(8):
    threading.Thread(target=meddle, daemon=False).start()
