"""Deep learning in NumPy: the reference implementation of the course, one module a chapter."""

__version__ = "0.1.0"
