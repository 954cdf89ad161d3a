"""Calls between services that are there, away, slow, or break off."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from barline_core import deadline
from barline_core.bulkhead import Room
from barline_core.calls import Principal, ServiceClient
from barline_core.problems import ServiceUnavailable, UpstreamTooSlow, UpstreamWrong
from barline_core.tokens import load_public_keys, load_signer
from barline_core.verifying import Verifier

SOMEBODY = Principal(user_id=7, scope="read", request_id="request-1")
FINE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
SILENCE, BREAK = b"<silence>", b""

ClientMaker = Callable[..., ServiceClient]


@contextmanager
def answering(*replies: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers one connection after the other, each with its reply, and hears what was sent."""
    heard: list[bytes] = []
    over = threading.Event()

    def answer(connection: socket.socket, reply: bytes) -> None:
        with connection:
            heard.append(connection.recv(65_536))
            if reply == SILENCE:
                over.wait(30)
            else:
                connection.sendall(reply)

    def serve(server: socket.socket, threads: list[threading.Thread]) -> None:
        for reply in replies:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=answer, args=(connection, reply)))
            threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threads: list[threading.Thread] = []
        acceptor = threading.Thread(target=serve, args=(server, threads))
        acceptor.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            for thread in threads:
                thread.join()


@pytest.fixture
def make_client(internal_keys_dir: Path) -> Iterator[ClientMaker]:
    opened: list[ServiceClient] = []

    def make(url: str, **options: object) -> ServiceClient:
        signer = load_signer(internal_keys_dir / "gateway.key")
        opened.append(ServiceClient({"backtest": url}, signer, **options))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def ask(client: ServiceClient, method: str = "GET", **options: object) -> httpx.Response:
    return client.request("backtest", method, "/x", principal=SOMEBODY, **options)


def header(head: bytes, name: str) -> str:
    lines = head.decode().split("\r\n\r\n")[0].split("\r\n")[1:]
    return dict(line.lower().split(": ", 1) for line in lines)[name.lower()]


def test_a_call_is_signed_for_its_service_in_the_users_name(
    internal_keys_dir: Path, make_client: ClientMaker
) -> None:
    reply = b"HTTP/1.1 418 Teapot\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
    with answering(reply) as (url, heard):
        answer = ask(make_client(url), params={"a": "1"})
    assert (answer.status_code, answer.content) == (418, b"hi")
    head = heard[0].decode()
    assert head.startswith("GET /x?a=1 ")
    token = head.split("Bearer ")[1].split("\r\n")[0]
    verifier = Verifier("backtest", load_public_keys(internal_keys_dir))
    caller = verifier.verify(token, "GET", b"/x?a=1").caller
    assert (caller.service, caller.user_id, caller.scope) == ("gateway", 7, "read")
    assert header(heard[0], "X-Request-Id") == "request-1"


def test_a_service_that_is_away_is_unavailable(make_client: ClientMaker, nowhere: str) -> None:
    with pytest.raises(ServiceUnavailable) as caught:
        ask(make_client(nowhere))
    assert int(caught.value.headers["Retry-After"]) > 0


def test_a_service_that_stays_silent_is_too_slow_and_is_not_asked_twice(
    make_client: ClientMaker,
) -> None:
    with answering(SILENCE, FINE) as (url, heard):
        with pytest.raises(UpstreamTooSlow):
            ask(make_client(url, read_timeout_s=0.2))
        assert len(heard) == 1


@pytest.mark.parametrize("broken", [b"nonsense\r\n\r\n"])
def test_nonsense_is_wrong(make_client: ClientMaker, broken: bytes) -> None:
    with answering(*[broken] * 3) as (url, _), pytest.raises(UpstreamWrong):
        ask(make_client(url))


def test_a_body_that_breaks_off_is_unavailable(make_client: ClientMaker) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    with answering(half) as (url, _), pytest.raises(ServiceUnavailable):
        ask(make_client(url))


def test_a_read_that_is_broken_off_before_its_answer_is_asked_again(
    make_client: ClientMaker,
) -> None:
    with answering(BREAK, BREAK, FINE) as (url, heard):
        assert ask(make_client(url)).content == b"hi"
        assert len(heard) == 3


def test_a_write_that_is_broken_off_is_not_sent_again(make_client: ClientMaker) -> None:
    with answering(BREAK, FINE) as (url, heard):
        with pytest.raises(ServiceUnavailable, match="may be done or not"):
            ask(make_client(url), "POST", json={})
        assert len(heard) == 1


def test_a_write_that_reached_nobody_is_sent_again(
    make_client: ClientMaker, nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(nowhere)
    attempts: list[str] = []
    send = client._transport.handle_request

    def counted(request: httpx.Request) -> httpx.Response:
        """Sent as before: nobody is there to count who could not be reached."""
        attempts.append(request.method)
        return send(request)

    monkeypatch.setattr(client._transport, "handle_request", counted)
    with pytest.raises(ServiceUnavailable):
        ask(client, "POST", json={})
    assert attempts == ["POST"] * 3


def test_after_five_failures_a_service_is_left_alone_and_tried_again_by_itself(
    make_client: ClientMaker, nowhere: str
) -> None:
    client = make_client(nowhere)
    for _ in range(5):
        with pytest.raises(ServiceUnavailable, match="cannot be reached"):
            ask(client)
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable, match="does not answer now") as caught:
        ask(client)
    assert time.monotonic() - started < 0.5
    assert 1 <= int(caught.value.headers["Retry-After"]) <= 2
    time.sleep(2.05)
    with pytest.raises(ServiceUnavailable, match="cannot be reached"):
        ask(client)


def test_a_full_service_is_refused_soon_and_its_places_come_back(make_client: ClientMaker) -> None:
    with answering(SILENCE, SILENCE, FINE) as (url, _):
        client = make_client(url, read_timeout_s=1.0, room=Room(places=2, waiting=1, wait_s=0.1))
        slow = [threading.Thread(target=silently, args=(client,)) for _ in range(2)]
        for thread in slow:
            thread.start()
        time.sleep(0.3)
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="has all it can do") as caught:
            ask(client)
        assert time.monotonic() - started < 0.5
        assert int(caught.value.headers["Retry-After"]) > 0
        for thread in slow:
            thread.join()
        assert ask(client).content == b"hi"


def silently(client: ServiceClient) -> None:
    with pytest.raises(UpstreamTooSlow):
        ask(client)


def test_a_streamed_answer_holds_its_place_until_it_is_closed(make_client: ClientMaker) -> None:
    with answering(FINE, FINE, FINE) as (url, _):
        client = make_client(url, room=Room(places=1, waiting=0, wait_s=0))
        answer = ask(client, stream=True)
        with pytest.raises(ServiceUnavailable, match="has all it can do"):
            ask(client)
        answer.close()
        answer.close()
        again = ask(client, stream=True)
        assert b"".join(again.iter_raw()) == b"hi"
        assert ask(client).content == b"hi"


def test_the_time_left_travels_and_no_call_outlasts_it(make_client: ClientMaker) -> None:
    with answering(FINE, SILENCE) as (url, heard):
        client = make_client(url, read_timeout_s=50)
        ask(client)
        assert int(header(heard[0], "X-Deadline-Ms")) == 50_000
        started = time.monotonic()
        with deadline.within(0.3), pytest.raises(UpstreamTooSlow):
            ask(client)
        assert time.monotonic() - started < 3
        assert int(header(heard[1], "X-Deadline-Ms")) <= 300
        with deadline.within(0.0), pytest.raises(UpstreamTooSlow, match="was over"):
            ask(client)


def test_a_body_in_drips_does_not_hold_its_reader_for_ever(make_client: ClientMaker) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with dripping(head) as url, pytest.raises(UpstreamTooSlow):
        ask(make_client(url, read_timeout_s=0.4))


@contextmanager
def dripping(head: bytes) -> Iterator[str]:
    """A server that sends a byte every tenth of a second."""
    over = threading.Event()

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(head)
            while not over.wait(0.1):
                try:
                    connection.sendall(b".")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        over.set()
        thread.join()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1500", 1.5),
        ("0", 0.0),
        ("99999999999", 3600.0),
        (None, None),
        ("-5", None),
        ("soon", None),
        ("1e3", None),
        ("٣", None),
    ],
)
def test_a_deadline_header_is_milliseconds_or_nothing(
    text: str | None, seconds: float | None
) -> None:
    assert deadline.given_by(text) == seconds


def test_an_inner_limit_never_outlasts_the_outer_one() -> None:
    limits: Sequence[float | None] = (5.0, 100.0, None)
    with deadline.within(limits[0]), deadline.within(limits[1]), deadline.within(limits[2]):
        left = deadline.remaining_s()
    assert left is not None
    assert left <= 5.0
    assert deadline.remaining_s() is None


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_ends_halfway_gives_its_place_back(
    make_client: ClientMaker, stream: bool
) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
    with answering(half, FINE) as (url, _):
        client = make_client(url, room=Room(places=1, waiting=0, wait_s=0))
        with pytest.raises(ServiceUnavailable, match="broke off"):
            b"".join(ask(client, stream=stream).iter_raw())
        assert ask(client).content == b"hi"


def test_an_answer_that_is_packed_wrongly_gives_its_place_back(make_client: ClientMaker) -> None:
    wrong = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"
    with answering(wrong, FINE) as (url, _):
        client = make_client(url, room=Room(places=1, waiting=0, wait_s=0))
        with pytest.raises(UpstreamWrong):
            ask(client)
        assert ask(client).content == b"hi"
