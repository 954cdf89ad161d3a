"""Drives wrk, which asks faster than anything in Python could, and reads what it says."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Heard:
    """What one run came to; `output` is all of it."""

    requests: int
    per_second: float
    median_ms: float
    p99_ms: float
    not_2xx_or_3xx: int
    socket_errors: int
    output: str


def ask(
    url: str,
    *,
    clients: int,
    seconds: int,
    headers: Mapping[str, str],
    script: Path | None = None,
) -> Heard:
    """`clients` connections, each with one request at a time."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("This benchmark needs wrk: apt-get install wrk")
    command = [program, "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    if script is not None:
        command += ["-s", str(script)]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    return heard(done.stdout)


def heard(output: str) -> Heard:
    def number(pattern: str) -> float:
        match = re.search(pattern, output)
        return float(match.group(1)) if match else 0.0

    def latency_ms(percent: int) -> float:
        match = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)\b", output)
        return float(match.group(1)) * UNITS_MS[match.group(2)] if match else 0.0

    sockets = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output
    )
    return Heard(
        requests=int(number(r"(\d+) requests in")),
        per_second=number(r"Requests/sec:\s+([\d.]+)"),
        median_ms=latency_ms(50),
        p99_ms=latency_ms(99),
        not_2xx_or_3xx=int(number(r"Non-2xx or 3xx responses: (\d+)")),
        socket_errors=sum(map(int, sockets.groups())) if sockets else 0,
        output=output,
    )
