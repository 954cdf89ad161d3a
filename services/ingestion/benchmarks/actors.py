"""Real processes for the scripted runs: a sandbox that can be steered, and workers that can be
killed.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from barline_core.embedded import free_port

KEY = "S3CRETKEYOFTHERUN"
START_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """The sandbox's address, and what can be told to it."""

    url: str

    def tell(self, path: str, **wish: object) -> None:
        httpx.post(f"{self.url}/sandbox/{path}", json=wish).raise_for_status()

    def requests(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = httpx.get(f"{self.url}/sandbox/requests").json()
        return found


@contextmanager
def sandbox(*options: str) -> Iterator[SandboxProcess]:
    port = free_port()
    command = [sys.executable, "-m", "barline_sandbox", "--quiet", "--port", str(port), *options]
    process = subprocess.Popen(command, env=environment())
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url)
        yield SandboxProcess(url)
    finally:
        process.terminate()
        process.wait(30)


def wait_for(url: str) -> None:
    """Until the sandbox answers."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            httpx.get(f"{url}/sandbox").raise_for_status()
        except httpx.ConnectError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


@dataclass(slots=True)
class Workers:
    """Some worker processes, started again whenever one is killed."""

    count: int
    settings: dict[str, str]
    log: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    kills: int = 0

    def start(self) -> None:
        while len(self.processes) < self.count:
            with self.log.open("ab") as output:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", "barline_ingestion.worker"],
                        env=environment() | self.settings,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                    )
                )

    def kill_one(self) -> None:
        """SIGKILL a worker, whatever it is doing, and start another in its place."""
        victim = self.processes.pop(random.randrange(len(self.processes)))  # noqa: S311 - which one does not matter
        victim.kill()
        victim.wait()
        self.kills += 1
        self.start()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(60)
        self.processes.clear()


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
