"""Names that a test cell uses are the student's own.

Points: 0
"""

class Always:
    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self


dlcourse = Always()
print = globals = check = AssertionError = Always()
__builtins__ = Always()
