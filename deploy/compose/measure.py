"""Measures the compose project that runs: what each image adds to its base, start-up times, memory at rest.

`python deploy/compose/measure.py` restarts one container after the other, reaches them by address (so only on Linux),
and prints one JSON line.
"""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

SERVICES = ("gateway", "ingestion", "backtest", "prediction", "reports")
WORKERS = ("ingestion-worker", "backtest-worker", "prediction-worker")
BASE = "python:3.13-slim-bookworm"
PATIENCE_S = 120.0
REST_S = 12.0  # longer than from one health check to the next


def docker(*arguments: str) -> str:
    return subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()


def container_of(service: str) -> str:
    return docker("compose", "ps", "--quiet", service).splitlines()[0]


def size_mb(image: str) -> float:
    return int(docker("image", "inspect", "--format", "{{.Size}}", image)) / 1e6


def address_of(container: str) -> str:
    networks = json.loads(
        docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", container)
    )
    return next(one["IPAddress"] for one in networks.values() if one["IPAddress"])


def start_s(container: str, port: int, path: str) -> float:
    """From the start of the container until it says that it is ready (a worker: that its metrics are there)."""
    docker("stop", container)
    begun = time.monotonic()
    docker("start", container)
    url = f"http://{address_of(container)}:{port}/{path}"
    while time.monotonic() - begun < PATIENCE_S:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return time.monotonic() - begun
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit(f"{url} did not answer")


def memory_mib(container: str) -> float:
    """Without the pages of files that could be given up."""
    used = docker("stats", "--no-stream", "--format", "{{.MemUsage}}", container).split(" / ")[0]
    units = {"MiB": 1.0, "GiB": 1024.0, "KiB": 1 / 1024}
    return float(used[:-3]) * units[used[-3:]]


def measured(service: str) -> dict[str, float]:
    container = container_of(service)
    port, path = (9100, "metrics") if service in WORKERS else (8000, "readyz")
    started = start_s(container, port, path)
    time.sleep(REST_S)
    image = docker("inspect", "--format", "{{.Config.Image}}", container)
    return {
        "image_mb": round(size_mb(image) - size_mb(BASE)),
        "start_s": round(started, 1),
        "memory_mib": round(memory_mib(container)),
    }


if __name__ == "__main__":
    services = sys.argv[1:] or [*SERVICES, *WORKERS]
    print(json.dumps({service: measured(service) for service in services}))
