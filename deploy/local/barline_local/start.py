"""`python -m barline_local.start FILE COMMAND…` becomes COMMAND with the environment of FILE and little else.

So that no secret stands in a command line or in the supervisor's configuration, and no process sees another's.
"""

import json
import os
import sys
from pathlib import Path

KEPT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "NUMBA_CACHE_DIR",
    "NUMBA_CPU_NAME",
)


BACKGROUND = "-worker.json"  # whose environment files end so yield to what answers people
NICENESS = 10


def main() -> None:
    file, *command = sys.argv[1:]
    if file.endswith(BACKGROUND):
        os.nice(NICENESS)
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    given: dict[str, str] = json.loads(Path(file).read_text())
    environment = {**kept, "PYTHONUNBUFFERED": "1", **given}
    os.execve(command[0], command, environment)  # noqa: S606 - becoming it is the point


if __name__ == "__main__":
    main()
