"""A service that is told to stop answers what it has in hand, serves metrics until then, and ends with 0."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from barline_core.embedded import free_port
from barline_core.tokens import load_signer

PROGRAM = Path(__file__).with_name("stopping_service.py")


@dataclass
class Running:
    url: str
    metrics_url: str
    process: "subprocess.Popen[str]"
    headers: dict[str, str]
    leaving_sign: Path


@pytest.fixture
def service(database_url: str, internal_keys_dir: Path, tmp_path: Path) -> Iterator[Running]:
    port, metrics_port = free_port(), free_port()
    leaving_sign = tmp_path / "leaving"
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM)],
        env={
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "INTERNAL_KEYS_DIR": str(internal_keys_dir),
            "PORT": str(port),
            "METRICS_PORT": str(metrics_port),
            "LEAVING_SIGN": str(leaving_sign),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    signer = load_signer(internal_keys_dir / "gateway.key")
    token = signer.sign(audience="example", user_id=1, scope="read")
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            httpx.get(f"{url}/livez")
            break
        except httpx.TransportError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    headers = {"Authorization": f"Bearer {token}"}
    metrics_url = f"http://127.0.0.1:{metrics_port}/metrics"
    yield Running(url, metrics_url, process, headers, leaving_sign)
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def read_until(running: Running, words: str) -> None:
    assert running.process.stdout is not None
    for line in running.process.stdout:
        if words in line:
            return
    raise AssertionError(f"it ended without saying {words!r}")


def test_what_is_in_hand_is_answered_and_the_exit_code_is_0(service: Running) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx.get, f"{service.url}/slow", headers=service.headers, timeout=30)
        read_until(service, "begun")
        service.process.send_signal(signal.SIGTERM)
        assert asked.result().json() == "done"
    assert service.process.wait(20) == 0


def test_connections_end_with_their_answer_before_the_stop(service: Running) -> None:
    with httpx.Client(base_url=service.url) as caller:
        assert "Connection" not in caller.get("/livez").headers
        service.leaving_sign.touch()
        assert caller.get("/livez").headers["Connection"] == "close"
        assert caller.get("/slow", headers=service.headers).headers["Connection"] == "close"


def test_metrics_are_served_on_a_port_of_their_own_and_name_no_paths(service: Running) -> None:
    for path in ("/made-up-1", "/made-up-2", "/slow"):
        httpx.get(f"{service.url}{path}", timeout=30)
    text = httpx.get(service.metrics_url).text
    labels = 'method="GET",process="example",route="none",status="4xx"'
    assert f"barline_http_request_seconds_count{{{labels}}} 2.0" in text
    assert 'route="/slow",status="4xx"' in text
    assert "made-up" not in text
    assert 'barline_database_connections_limit{pool="barline-example"} 8.0' in text
    assert "process_resident_memory_bytes" in text
    assert httpx.get(f"{service.url}/metrics").status_code == 404
