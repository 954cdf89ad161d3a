"""The whole system as `make run` starts it, once for all end-to-end tests."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from barline_core.embedded import free_port

PATIENCE_MS = 30_000  # of a browser on a machine that does much else
READY_TIMEOUT_S = 240
STOP_TIMEOUT_S = 90


@dataclass(frozen=True, slots=True)
class Stack:
    """A running installation."""

    home: Path
    base_url: str
    username: str
    password: str
    api_key: str

    def client(self) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.api_key}"}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=60)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """All processes on the sandbox's bars; the launcher must stop cleanly at the end."""
    home = tmp_path_factory.mktemp("home") / "barline"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "LANG", "TMPDIR"}
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "barline_local"],
        env={
            **environment,
            "BARLINE_HOME": str(home),
            "PORT": str(free_port()),
            "THROTTLE_RATE": "60000/min",  # a test may load it
        },
        cwd=home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output = wait_for_ready(process)
    credentials = json.loads((home / "credentials.json").read_text())
    assert "ready" in output
    yield Stack(home=home, **credentials)
    process.send_signal(signal.SIGTERM)
    assert process.wait(STOP_TIMEOUT_S) == 0
    assert process.stdout is not None
    process.stdout.close()


def wait_for_ready(process: "subprocess.Popen[str]") -> str:
    """The launcher's output up to its ready line; a failure shows all of it."""
    lines: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if "ready" in line:
                ready.set()
                return

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    if not ready.wait(READY_TIMEOUT_S):
        process.terminate()
        process.wait(STOP_TIMEOUT_S)
    assert ready.is_set(), "".join(lines)
    return "".join(lines)


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    """A program with the demo key."""
    with stack.client() as client:
        yield client


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; each test opens a session of its own. While it runs, asyncio.run() cannot be used."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()
