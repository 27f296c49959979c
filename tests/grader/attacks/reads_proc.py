"""The answer looks for secrets in the environments and memories of other processes.

Points: 0
"""

import os

secrets = []
for pid in os.listdir("/proc"):
    for name in ("environ", "cmdline", "maps", "mem"):
        try:
            secrets.append(open(f"/proc/{pid}/{name}", "rb").read(100_000))
        except OSError:
            pass
assert b"DLCOURSE_TEST_SECRET" not in b"".join(secrets), "found"
perceptron_predict = None
