"""A 10,000-cell sweep of MSFT's 13 years with all its statistics, asked for at the public door of a running Barline.

Starts an installation of its own on the sandbox's bars, as `make run` does. `answer_s` is what a client waits for
(promised: 3 s), `cells_s` the part that computes the cells (0.3 s); medians.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from barline_core.embedded import free_port

REPEATS = 7
CELLS = 10_000
WINDOWS = {"start": 5, "stop": 205, "step": 2}
READY_TIMEOUT_S = 300


@contextmanager
def installation() -> Iterator[httpx.Client]:
    """A client with the demo key of a system that is up, and that is stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="barline-bench-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        process = subprocess.Popen(
            [sys.executable, "-m", "barline_local"],
            env={**os.environ, "BARLINE_HOME": str(home), "PORT": str(free_port())},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            credentials = wait_for_credentials(process, home / "credentials.json")
            headers = {"Authorization": f"Bearer {credentials['api_key']}"}
            with httpx.Client(
                base_url=credentials["base_url"], headers=headers, timeout=60
            ) as client:
                yield client
        finally:
            process.terminate()
            process.wait(90)


def wait_for_credentials(process: "subprocess.Popen[bytes]", path: Path) -> dict[str, str]:
    """The file that a start writes as its last step."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not path.exists():
        assert process.poll() is None, "the installation did not start"
        assert time.monotonic() < deadline, "the installation takes too long to start"
        time.sleep(0.2)
    credentials: dict[str, str] = json.loads(path.read_text())
    return credentials


def sweep(client: httpx.Client) -> tuple[float, float, float]:
    """Seconds until the answer is there, and of its cells and statistics."""
    body = {"symbols": ["MSFT"], "winbuy": WINDOWS, "winsell": WINDOWS}
    started = time.perf_counter()
    answer = client.post("/back_test/sweeps", json=body, params={"wait": 30})
    answer_s = time.perf_counter() - started
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert len(document["cells"]) == CELLS
    assert document["reality_check_p"] is not None
    return answer_s, document["timing"]["cells_s"], document["timing"]["statistics_s"]


if __name__ == "__main__":
    with installation() as client:
        made = [sweep(client) for _ in range(REPEATS + 1)][1:]
    names = ("answer_s", "cells_s", "statistics_s")
    medians = [round(statistics.median(seconds), 4) for seconds in zip(*made, strict=True)]
    slowest = round(max(answer_s for answer_s, _, _ in made), 3)
    print(
        json.dumps(
            {"benchmark": "public_sweep", "cells": CELLS}
            | dict(zip(names, medians, strict=True))
            | {"slowest_answer_s": slowest}
        )
    )
