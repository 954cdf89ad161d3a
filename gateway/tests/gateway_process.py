"""The gateway as it is run: Granian, in a process of its own, in front of services that a test makes up."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
from fastapi import APIRouter, FastAPI

from barline_core.embedded import free_port
from barline_core.service import create_app
from barline_core.settings import ServiceSettings
from barline_local.home import Home
from barline_local.programs import gateway

START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 40


@contextmanager
def gateway_process(
    tmp_path: Path, services: Mapping[str, str], **environment: str
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Its address and its process, which must end with 0 when it is told to stop.

    It shares the database and the secrets of the Django in this process.
    """
    port = free_port()
    program = gateway(
        Home(tmp_path),
        {"secret_key": os.environ["SECRET_KEY"], "api_key_secret": os.environ["API_KEY_SECRET"]},
        {"PORT": str(port), "LOG_LEVEL": "info"},
        os.environ["DATABASE_URL"],
        services,
    )
    log = tmp_path / "gateway.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            program.command,
            env={
                **program.environment,
                "PATH": os.environ["PATH"],
                "INTERNAL_KEYS_DIR": os.environ["INTERNAL_KEYS_DIR"],
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(url, process, log)
        yield url, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        code = process.wait(STOP_TIMEOUT_S)
    assert code == 0, log.read_text()


def wait_until_up(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            if httpx.get(f"{url}/readyz", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()


def worker_of(process: "subprocess.Popen[bytes]") -> int:
    """The process id of Granian's worker, which does the work."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return next(child for child, command in commands.items() if b"resource_tracker" not in command)


def service_app(name: str, router: APIRouter) -> FastAPI:
    """A service like any other, with routes of the test's own."""
    settings = ServiceSettings(
        database_url=os.environ["DATABASE_URL"], internal_keys_dir=os.environ["INTERNAL_KEYS_DIR"]
    )
    return create_app(service=name, settings=settings, routers=[router])
