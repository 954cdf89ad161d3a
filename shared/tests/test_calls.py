"""Calls between services that are there, away, slow, or break off."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from barline_core.calls import Principal, ServiceClient
from barline_core.problems import ServiceUnavailable, UpstreamTooSlow, UpstreamWrong
from barline_core.tokens import Verifier, load_public_keys, load_signer

SOMEBODY = Principal(user_id=7, scope="read", request_id="request-1")


@contextmanager
def answering(reply: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers one connection with `reply`; None: it stays silent until the test is over."""
    heard: list[bytes] = []
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(65_536))
                if reply is None:
                    over.wait(10)
                else:
                    connection.sendall(reply)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        over.set()
        thread.join()


@pytest.fixture
def make_client(internal_keys_dir: Path) -> Iterator[list[ServiceClient]]:
    opened: list[ServiceClient] = []
    yield opened
    for client in opened:
        client.close()


def client_of(url: str, keys: Path, opened: list[ServiceClient], **options: float) -> ServiceClient:
    opened.append(ServiceClient({"backtest": url}, load_signer(keys / "gateway.key"), **options))
    return opened[-1]


def test_a_call_is_signed_for_its_service_in_the_users_name(
    internal_keys_dir: Path, make_client: list[ServiceClient]
) -> None:
    reply = b"HTTP/1.1 418 Teapot\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
    with answering(reply) as (url, heard):
        answer = client_of(url, internal_keys_dir, make_client).request(
            "backtest", "GET", "/x", principal=SOMEBODY, params={"a": "1"}
        )
    assert (answer.status_code, answer.content) == (418, b"hi")
    head = heard[0].decode()
    assert head.startswith("GET /x?a=1 ")
    token = head.split("Bearer ")[1].split("\r\n")[0]
    caller = Verifier("backtest", load_public_keys(internal_keys_dir)).verify(token)
    assert (caller.service, caller.user_id, caller.scope) == ("gateway", 7, "read")
    assert "x-request-id: request-1" in head.lower()


def test_a_service_that_is_away_is_unavailable(
    internal_keys_dir: Path, make_client: list[ServiceClient]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = client_of(
            f"http://127.0.0.1:{taken.getsockname()[1]}", internal_keys_dir, make_client
        )
        with pytest.raises(ServiceUnavailable) as caught:
            client.request("backtest", "GET", "/", principal=SOMEBODY)
    assert int(caught.value.headers["Retry-After"]) > 0


def test_a_service_that_stays_silent_is_too_slow(
    internal_keys_dir: Path, make_client: list[ServiceClient]
) -> None:
    with answering(None) as (url, _):
        client = client_of(url, internal_keys_dir, make_client, read_timeout_s=0.2)
        with pytest.raises(UpstreamTooSlow):
            client.request("backtest", "GET", "/", principal=SOMEBODY)


@pytest.mark.parametrize(
    "reply", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_a_service_that_breaks_off_is_wrong(
    internal_keys_dir: Path, make_client: list[ServiceClient], reply: bytes
) -> None:
    with answering(reply) as (url, _):
        client = client_of(url, internal_keys_dir, make_client)
        with pytest.raises(UpstreamWrong):
            client.request("backtest", "GET", "/", principal=SOMEBODY)
