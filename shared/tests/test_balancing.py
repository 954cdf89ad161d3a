"""Requests over several addresses of one name, on real servers at 127.0.0.1, 127.0.0.2 and 127.0.0.3."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from barline_core import balancing
from barline_core.balancing import FRESH_S, REQUESTS_A_CONNECTION, REST_S, BalancedTransport

THREE = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]


@dataclass
class Heard:
    """What the replicas were asked, by address, and over how many connections."""

    requests: Counter[str] = field(default_factory=Counter)
    connections: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def replica(address: str, port: int, heard: Heard) -> Iterator[int]:
    """Answers at `address`; on port 0 it takes one that is free. Gives the port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            heard.connections[address] += 1

        def do_GET(self) -> None:
            heard.requests[address] += 1
            heard.hosts.add(self.headers["Host"])
            heard.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(200)
            self.send_header("Content-Length", str(len(address)))
            self.end_headers()
            self.wfile.write(address.encode())

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *arguments: object) -> None:
            """The test's output is its own."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server((address, port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def three() -> Iterator[tuple[int, Heard]]:
    heard = Heard()
    with ExitStack() as stack:
        port = stack.enter_context(replica(THREE[0], 0, heard))
        for address in THREE[1:]:
            stack.enter_context(replica(address, port, heard))
        yield port, heard


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def client_of(
    addresses: list[str] | dict[str, list[str]], clock: Clock | None = None
) -> Iterator[httpx.Client]:
    """A client for whom every name has `addresses`, or those under its name, also when they change."""

    def resolve(host: str, port: int) -> list[str]:
        found = addresses.get(host, []) if isinstance(addresses, dict) else addresses
        if not found:
            raise socket.gaierror("Name or service not known")
        return list(found)

    inner = httpx.HTTPTransport(trust_env=False)
    transport = BalancedTransport(inner, resolve=resolve, now=clock or Clock())
    with httpx.Client(transport=transport, trust_env=False) as client:
        yield client


def test_one_caller_after_another_is_spread_evenly(three: tuple[int, Heard]) -> None:
    port, heard = three
    with client_of(THREE) as client:
        for _ in range(300):
            assert client.get(f"http://backtest:{port}/x").status_code == 200
    assert heard.requests == dict.fromkeys(THREE, 100)
    assert heard.hosts == {f"backtest:{port}"}


def test_many_at_once_are_spread_evenly(three: tuple[int, Heard]) -> None:
    port, heard = three
    with client_of(THREE) as client, ThreadPoolExecutor(12) as threads:
        list(threads.map(lambda _: client.get(f"http://backtest:{port}/x"), range(600)))
    assert heard.requests == dict.fromkeys(THREE, 200)


def test_connections_are_kept_but_not_for_ever(three: tuple[int, Heard]) -> None:
    port, heard = three
    with client_of(THREE[:1]) as client:
        for _ in range(10 * REQUESTS_A_CONNECTION):
            client.get(f"http://backtest:{port}/x")
    assert heard.connections == {THREE[0]: 10}


def test_a_replica_that_is_away_costs_no_request(three: tuple[int, Heard]) -> None:
    port, heard = three
    clock = Clock()
    with client_of([*THREE, "127.0.0.4"], clock) as client:
        for _ in range(120):
            assert client.post(f"http://backtest:{port}/x", content=b"once").status_code == 200
        assert sum(heard.requests.values()) == 120
        assert set(heard.bodies) == {b"once"}
        with replica("127.0.0.4", port, heard):
            clock.now += REST_S
            for _ in range(40):
                client.get(f"http://backtest:{port}/x")
            assert heard.requests["127.0.0.4"] == 10


def test_a_new_replica_is_found_and_one_that_left_is_forgotten(three: tuple[int, Heard]) -> None:
    port, heard = three
    clock = Clock()
    names = {"backtest": THREE[:1]}
    with client_of(names, clock) as client:
        client.get(f"http://backtest:{port}/x")
        names["backtest"] = THREE[1:]
        client.get(f"http://backtest:{port}/x")
        assert heard.requests == {THREE[0]: 2}
        clock.now += FRESH_S
        for _ in range(10):
            client.get(f"http://backtest:{port}/x")
    assert heard.requests == {THREE[0]: 2, THREE[1]: 5, THREE[2]: 5}


def test_a_resolver_that_fails_leaves_what_is_known(three: tuple[int, Heard]) -> None:
    port, _ = three
    clock = Clock()
    names = {"backtest": THREE}
    with client_of(names, clock) as client:
        client.get(f"http://backtest:{port}/x")
        names.clear()
        clock.now += FRESH_S
        assert client.get(f"http://backtest:{port}/x").status_code == 200


def test_a_name_without_an_address_cannot_be_connected_to() -> None:
    with client_of({}) as client, pytest.raises(httpx.ConnectError, match="has no address"):
        client.get("http://backtest:8000/x")


def test_nobody_at_any_address_is_said_once_all_were_tried() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with client_of(THREE) as client, pytest.raises(httpx.ConnectError):
            client.get(f"http://backtest:{port}/x")


def test_an_address_is_no_name(three: tuple[int, Heard]) -> None:
    port, heard = three
    with client_of({}) as client:
        client.get(f"http://127.0.0.2:{port}/x")
    assert heard.requests == {THREE[1]: 1}


def test_the_machines_own_resolver_is_asked() -> None:
    assert "127.0.0.1" in balancing.addresses_of("localhost", 80)
