"""The answer asks the keyboard.

Points: 0
"""

def perceptron_predict(X, w, b):
    return eval(input("the answer, please: "))
