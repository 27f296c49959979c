"""A shell is used to look around, and to leave something behind.

Points: 0
"""

import subprocess

get_ipython().system("id; ls -la /; touch MARK")
get_ipython().run_cell_magic("bash", "", "touch MARK; kill -9 -1")
for command in ("touch MARK", "curl http://127.0.0.1:PORT/", "python3 -c 'open(\"MARK\", \"w\")'"):
    subprocess.run(command, shell=True)
