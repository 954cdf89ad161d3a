"""The one way from one of our processes to another: pooled, signed in the user's name, honest about failures.

A slow or dead service costs its own callers only: calls to it under way are bounded, and after a few failures it is
left alone for a moment.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

import httpx
import stamina

from barline_core import deadline
from barline_core.balancing import BalancedTransport
from barline_core.breaker import CircuitBreaker
from barline_core.bulkhead import Bulkhead, Room
from barline_core.call_metrics import CALL_SECONDS, watch_line
from barline_core.deadline import DEADLINE_HEADER
from barline_core.held_answer import broken_call, hold
from barline_core.line import Line, enter
from barline_core.request_ids import REQUEST_ID_HEADER
from barline_core.tokens import READING_METHODS, Action, Signer

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 60.0
KEEPALIVE_S = 4.0  # below the 5 s after which uvicorn closes an idle connection
ATTEMPTS = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S, JITTER_S = 0.05, 0.5, 0.05


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf, and for which request, a service is called."""

    user_id: int | None
    scope: str
    request_id: str


class ServiceClient:
    """A pool of connections to the services at `urls`, by name."""

    def __init__(
        self,
        urls: Mapping[str, str],
        signer: Signer,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        room: Room | None = None,
    ) -> None:
        room = room or Room()
        self._lines = {
            name: Line(url.rstrip("/"), Bulkhead(room), CircuitBreaker())
            for name, url in urls.items()
        }
        for name, line in self._lines.items():
            watch_line(name, line.bulkhead, line.breaker)
        self._signer = signer
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        most = room.places * max(1, len(urls))
        limits = httpx.Limits(
            max_connections=most, max_keepalive_connections=most, keepalive_expiry=KEEPALIVE_S
        )
        # The transport and not a client: a client would carry cookies from one caller to the next, follow addresses
        # it is sent, and costs as much time again.
        self._transport = BalancedTransport(httpx.HTTPTransport(limits=limits, trust_env=False))

    def request(
        self,
        service: str,
        method: str,
        path: str,
        *,
        principal: Principal,
        params: Mapping[str, str] | None = None,
        json: object = None,
        content: Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        read_timeout_s: float | None = None,
        stream: bool = False,
    ) -> httpx.Response:
        """The service's answer, whatever its status; `content` is sent piece by piece.

        With `stream` the body is still to be read, and the answer to be closed. Raises ServiceUnavailable when the
        service cannot be reached, has too many calls under way or breaks off, UpstreamTooSlow when it does not answer
        in time, and UpstreamWrong when it answers nonsense.
        """
        deadline.check()
        patience_s = deadline.at_most(read_timeout_s or self._read_timeout_s)
        line = self._lines[service]
        request = httpx.Request(
            method,
            line.url + path,
            params=params or None,
            json=json,
            content=content,
            headers={
                **(headers or {}),
                REQUEST_ID_HEADER: principal.request_id,
                DEADLINE_HEADER: str(ceil(patience_s * 1000)),
            },
            extensions={
                "timeout": {
                    "connect": min(self._connect_timeout_s, patience_s),
                    **dict.fromkeys(("read", "write", "pool"), patience_s),
                }
            },
        )
        body = request.read() if content is None else None
        self._sign(request, service, principal, body)
        answer = self._answer(service, line, request, patience_s)
        if not stream:
            read_whole(answer, service, patience_s)
        return answer

    def _sign(
        self, request: httpx.Request, service: str, principal: Principal, body: bytes | None
    ) -> None:
        """A read goes with a token that opens reads, anything else with one of its own."""
        action = None
        if request.method not in READING_METHODS:
            action = Action(request.method, request.url.raw_path, body)
        token = self._signer.sign(
            audience=service, user_id=principal.user_id, scope=principal.scope, action=action
        )
        request.headers["Authorization"] = f"Bearer {token}"

    def _answer(
        self, service: str, line: Line, request: httpx.Request, patience_s: float
    ) -> httpx.Response:
        """The head of the answer, its place in the bulkhead held until it is closed."""
        enter(service, line)
        started = time.perf_counter()
        outcome = "failed"
        try:
            answer = self._send(request)
            answer.request = request
            line.breaker.succeeded()
            outcome = f"{answer.status_code // 100}xx"
            return hold(answer, line.bulkhead.leave, service, patience_s)
        except httpx.HTTPError as error:
            line.breaker.failed()
            line.bulkhead.leave()
            problem = broken_call(error, service, patience_s)
            outcome = problem.type
            raise problem from error
        except BaseException:
            line.bulkhead.leave()
            raise
        finally:
            CALL_SECONDS.labels(service, outcome).observe(time.perf_counter() - started)

    def _send(self, request: httpx.Request) -> httpx.Response:
        """Sent again when that is safe: nothing was sent yet, or it only reads and no answer had begun."""
        try:
            return self._transport.handle_request(request)
        except httpx.HTTPError as error:
            if not may_send_again(request, error):
                raise
        for attempt in stamina.retry_context(
            on=lambda error: isinstance(error, httpx.HTTPError) and may_send_again(request, error),
            attempts=ATTEMPTS - 1,
            wait_initial=FIRST_PAUSE_S,
            wait_max=LONGEST_PAUSE_S,
            wait_jitter=JITTER_S,
        ):
            with attempt:
                deadline.check()
                answer = self._transport.handle_request(request)
        return answer

    def close(self) -> None:
        self._transport.close()


def read_whole(answer: httpx.Response, service: str, patience_s: float) -> None:
    """Its body into memory; what is packed wrongly is only noticed here."""
    try:
        answer.read()
    except httpx.HTTPError as error:
        answer.close()
        raise broken_call(error, service, patience_s) from error


def may_send_again(request: httpx.Request, error: httpx.HTTPError) -> bool:
    """Whether a second try can do no harm and may help: a service that is slow is not asked twice."""
    if isinstance(error, httpx.ConnectError):
        return True
    broken_off = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
    return broken_off and request.method in READING_METHODS
