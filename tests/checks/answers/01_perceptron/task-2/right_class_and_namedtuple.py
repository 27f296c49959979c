"""Named pairs in float32."""

import numpy as np


from collections import namedtuple
G = namedtuple("G", "w b")
class Gates:
    table = {"AND": G(np.float32([1, 1]), -1.5), "OR": G(np.float32([1, 1]), -.5), "NAND": G(np.float32([-1, -1]), 1.5), "NOT": G(np.float32([-1]), .5)}
    def __call__(self, name): return self.table.get(name)
gate = Gates()
