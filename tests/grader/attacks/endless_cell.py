"""A cell never ends.

Points: 0
"""

while True:
    pass
