"""How fast the NumPy of this course is: ratios to its peers, measured interleaved. Run ``python -m benchmarks``."""
