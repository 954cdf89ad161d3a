"""A fresh process: imports, the first request's work, and what compiling costs when no machine code is kept.

Each figure is of a new interpreter. `cached` finds numba's files as an image build leaves them; `compiling` starts
from an empty cache folder.
"""

import json
import os
import subprocess
import sys
import tempfile

PROGRAM = """
import json, time
started = time.perf_counter()
from barline_backtest.warm_up import warm_up, warm_up_sweeps
imported = time.perf_counter()
warm_up()
run = time.perf_counter()
warm_up_sweeps()
swept = time.perf_counter()
warm_up(); warm_up_sweeps()
again = time.perf_counter()
print(json.dumps([imported - started, run - imported, swept - run, again - swept]))
"""
NAMES = ("import_s", "service_warm_up_s", "worker_warm_up_s", "both_again_s")


def measure(cache: str) -> dict[str, float]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True, text=True
    )
    return {
        name: round(seconds, 3)
        for name, seconds in zip(NAMES, json.loads(done.stdout), strict=True)
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        compiling = measure(folder)
        cached = measure(folder)
    print(json.dumps({"benchmark": "cold_start", "compiling": compiling, "cached": cached}))
