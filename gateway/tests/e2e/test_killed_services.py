"""Each service killed under load: only its own routes fail, with 503, and they recover by themselves."""

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from .conftest import Stack

RECOVERY_S = 90
STEADY_S = 2.0

# A read of each service that needs no other one.
ROUTES = {
    "ingestion": "/financial_data/data?symbol=IBM&start=2013-02-01",
    "backtest": "/back_test/runs",
    "prediction": "/ai_prediction/model",
    "reports": "/reports",
}


@dataclass
class Load:
    """What came of the requests of a few clients, by service; `after` forgets what came before."""

    answers: dict[str, list[httpx.Response | str]] = field(
        default_factory=lambda: {name: [] for name in ROUTES}
    )
    over: threading.Event = field(default_factory=threading.Event)

    def ask(self, stack: Stack, service: str) -> None:
        with stack.client() as client:
            while not self.over.wait(0.02):
                try:
                    self.answers[service].append(client.get(ROUTES[service]))
                except httpx.HTTPError as error:
                    self.answers[service].append(repr(error))

    def codes(self, service: str, begin: int = 0) -> Counter[int | str]:
        return Counter(
            one if isinstance(one, str) else one.status_code
            for one in self.answers[service][begin:]
        )


@contextmanager
def load_on(stack: Stack) -> Iterator[Load]:
    """Two clients on every service."""
    load = Load()
    clients = [
        threading.Thread(target=load.ask, args=(stack, name)) for name in ROUTES for _ in range(2)
    ]
    for client in clients:
        client.start()
    try:
        yield load
    finally:
        load.over.set()
        for client in clients:
            client.join()


def process_of(stack: Stack, service: str) -> int:
    """The process of a service, found by the environment that only it has."""
    port = json.loads((stack.home / "env" / f"{service}.json").read_text())["PORT"]
    found = subprocess.run(
        ["pgrep", "-f", f"barline_{service}$"], capture_output=True, text=True, check=True
    ).stdout.split()
    for one in found:
        with open(f"/proc/{one}/environ", "rb") as environment:  # noqa: PTH123 - a file of the kernel
            if f"PORT={port}\0".encode() in environment.read():
                return int(one)
    raise AssertionError(f"{service} does not run")


def wait_for(load: Load, service: str, code: int, begin: int) -> None:
    deadline = time.monotonic() + RECOVERY_S
    while load.codes(service, begin)[code] < 3:
        assert time.monotonic() < deadline, load.codes(service, begin)
        time.sleep(0.05)


@pytest.mark.parametrize("service", ROUTES)
def test_a_killed_service_fails_alone_and_comes_back(stack: Stack, service: str) -> None:
    with load_on(stack) as load:
        for name in ROUTES:
            wait_for(load, name, 200, 0)
        killed = process_of(stack, service)
        os.kill(killed, signal.SIGKILL)
        begin = {name: len(load.answers[name]) for name in ROUTES}
        wait_for(load, service, 503, begin[service])
        down = len(load.answers[service])
        wait_for(load, service, 200, down)  # the supervisor has started it again
        time.sleep(STEADY_S)
        recovered = len(load.answers[service])
        time.sleep(STEADY_S)
    assert process_of(stack, service) != killed
    assert set(load.codes(service)) == {200, 503}
    assert set(load.codes(service, recovered)) == {200}
    for name in ROUTES:
        if name != service:
            assert set(load.codes(name)) == {200}, name
    for answer in load.answers[service]:
        if isinstance(answer, httpx.Response) and answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.json()["type"].endswith("/service-unavailable")
            assert service in answer.json()["detail"]
