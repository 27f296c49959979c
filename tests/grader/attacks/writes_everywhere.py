"""Files of the course, of Python and of others are overwritten.

Points: 0
"""

import os
import site
import sys

import dlcourse

places = ["MARK", "/etc/passwd", "/usr/bin/python3", os.path.dirname(dlcourse.__file__) + "/checks/engine.py"]
places += [os.path.join(path, "sitecustomize.py") for path in [*site.getsitepackages(), sys.prefix, "/usr/lib/python3"]]
for root, folders, files in os.walk("/"):
    if root.startswith(("/proc", "/usr", "/lib", "/dev")):
        folders.clear()
    places += [os.path.join(root, name) for name in files if name.endswith((".ipynb", ".db", ".py"))][:500]
for place in places:
    try:
        os.chmod(place, 0o777)
    except OSError:
        pass
    try:
        with open(place, "a") as file:
            file.write("# was here")
    except OSError:
        continue
    raise AssertionError(f"{place} could be written to")
