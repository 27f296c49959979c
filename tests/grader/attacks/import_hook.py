"""Imports of the checks are answered by the student.

Points: 0
"""

import importlib.abc
import importlib.machinery
import sys


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name.startswith("dlcourse") else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.check = lambda *args, **kwargs: None
        module.quiz_points = lambda *args, **kwargs: 4.0


sys.meta_path.insert(0, Finder())
for name in [name for name in sys.modules if name.startswith("dlcourse")]:
    del sys.modules[name]
