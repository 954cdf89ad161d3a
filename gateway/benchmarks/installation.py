"""A whole installation on the sandbox's bars for a benchmark, and what its processes cost."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from barline_core.embedded import free_port
from barline_core.tokens import load_signer

STOP_TIMEOUT_S = 90
UNLIMITED = "100000000/min"


@dataclass(frozen=True)
class Installation:
    """A running installation; its processes by name."""

    home: Path
    base_url: str
    api_key: str
    processes: dict[str, int]

    def service_url(self, service: str) -> str:
        environment = json.loads((self.home / "env" / f"{service}.json").read_text())
        return f"http://127.0.0.1:{environment['PORT']}"

    def bearer(self) -> str:
        return f"Bearer {self.api_key}"

    def internal_bearer(self, service: str) -> str:
        """What the gateway would send for a read of the demo's user."""
        signer = load_signer(self.home / "keys" / "gateway" / "gateway.key")
        return f"Bearer {signer.sign(audience=service, user_id=1, scope='admin')}"

    def cpu_s(self, process: str) -> float:
        """Processor time since its start, user and system."""
        fields = (
            Path(f"/proc/{self.processes[process]}/stat").read_text().rsplit(") ", 1)[1].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mb(self, process: str) -> float:
        pages = int(Path(f"/proc/{self.processes[process]}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def installation(**settings: str) -> Iterator[Installation]:
    """As `make run` starts it, without a limit on requests."""
    with tempfile.TemporaryDirectory(prefix="barline-bench-") as folder:
        home = Path(folder) / "home"
        launcher = subprocess.Popen(
            [sys.executable, "-m", "barline_local"],
            env={
                **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
                "BARLINE_HOME": str(home),
                "PORT": str(free_port()),
                "THROTTLE_RATE": UNLIMITED,
                **settings,
            },
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert launcher.stdout is not None
            if not any("ready" in line for line in launcher.stdout):
                raise RuntimeError("the installation did not start; its output says why")
            credentials = json.loads((home / "credentials.json").read_text())
            yield Installation(
                home, credentials["base_url"], credentials["api_key"], find_processes(launcher.pid)
            )
        finally:
            launcher.send_signal(signal.SIGTERM)
            launcher.wait(STOP_TIMEOUT_S)


def find_processes(launcher: int) -> dict[str, int]:
    """The process that does the work of each party: Granian's is a child of its own."""
    found: dict[str, int] = {}
    for process_id in descendants(launcher):
        command = Path(f"/proc/{process_id}/cmdline").read_bytes().split(b"\0")
        if b"barline_gateway" in command:
            found["gateway"] = process_id  # the worker comes after its parent
        for part in command:
            if part.startswith(b"barline_") and part != b"barline_gateway.wsgi:application":
                found.setdefault(part.decode().removeprefix("barline_"), process_id)
    return found


def descendants(process_id: int) -> Iterator[int]:
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    for child in map(int, children):
        yield child
        yield from descendants(child)
