"""Returns an array of objects."""

import numpy as np


f=np.frompyfunc(lambda z:int(z>0),1,1)
def perceptron_predict(X,w,b):
    return f(np.asarray(X)@w+b)
