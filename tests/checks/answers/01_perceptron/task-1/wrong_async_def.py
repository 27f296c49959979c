"""Defines the function with async.

Message: coroutine
"""


async def perceptron_predict(X,w,b): return (X@w+b>0).astype(int)
