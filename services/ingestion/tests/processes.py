"""The service and its worker as processes of their own, as in production; their output goes to a file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from barline_core.embedded import free_port
from barline_ingestion.settings import IngestionSettings

START_TIMEOUT_S = 60


@contextmanager
def worker_process(settings: IngestionSettings, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m barline_ingestion.worker`."""
    with running("barline_ingestion.worker", environment_of(settings), log) as process:
        yield process


@contextmanager
def service_process(
    settings: IngestionSettings, log: Path
) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """`python -m barline_ingestion`; gives its address too, once it answers."""
    port = free_port()
    environment = environment_of(settings) | {"PORT": str(port)}
    with running("barline_ingestion", environment, log) as process:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + START_TIMEOUT_S
        while not answers(url):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield url, process


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/livez").is_success
    except httpx.ConnectError:
        return False


def environment_of(settings: IngestionSettings) -> dict[str, str]:
    """The settings that matter to a test, as environment; everything is logged that can be."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "INTERNAL_KEYS_DIR": str(settings.internal_keys_dir),
        "ALPHA_VANTAGE_BASE_URL": str(settings.alpha_vantage_base_url),
        "ALPHA_VANTAGE_API_KEY": settings.alpha_vantage_api_key.get_secret_value(),
        "MARKET_DATE": str(settings.market_date),
        "UPSTREAM_BACKOFF_S": "0.005",
        "UPSTREAM_READ_TIMEOUT_S": str(settings.upstream_read_timeout_s),
        "FREE_SECONDS_BETWEEN_REQUESTS": str(settings.free_seconds_between_requests),
        "WORKER_HEARTBEAT_S": "0.2",
        "WORKER_STALLED_AFTER_S": "1",
        "LOG_LEVEL": "debug",
    }


@contextmanager
def running(
    module: str, environment: dict[str, str], log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            # One that has only just begun ends by the signal itself.
            assert process.wait(40) in {0, -signal.SIGKILL, -signal.SIGTERM}
