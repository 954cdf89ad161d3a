"""Spreads calls over all the addresses that a service's name has: one for each replica, or one that itself balances.

httpx keeps to the connection it has, and so to the replica behind it. Here each request goes to the next address, and a
connection ends after some requests, so that a new replica behind the one address of a cluster gets its share too.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

import httpx

from barline_core import deadline

Resolve = Callable[[str, int], Sequence[str]]

FRESH_S = 2.0  # for so long a name is not asked for again
REST_S = 5.0  # for so long an address that could not be reached is tried last
REQUESTS_A_CONNECTION = (
    61  # a prime: with any number of replicas each one's connections end in turn
)


def addresses_of(host: str, port: int) -> list[str]:
    """What the resolver says now, each once. Raises OSError when it says nothing."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return sorted({str(place[0]) for *_, place in found})


@dataclass(slots=True)
class Replicas:
    """The addresses of one host, as they were when it was last asked for."""

    addresses: Sequence[str] = ()
    ask_again_at: float = 0.0
    turn: "count[int]" = field(default_factory=count)
    resting_until: dict[str, float] = field(default_factory=dict)


class BalancedTransport(httpx.BaseTransport):
    """Sends each request to the next address of its host, and to another one when that cannot be reached."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        resolve: Resolve = addresses_of,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._resolve = resolve
        self._now = now
        self._hosts: dict[tuple[str, int], Replicas] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Nothing has been sent where no connection could be made: the next address is as good."""
        url = request.url
        if is_address(url.host):
            return self._inner.handle_request(request)
        replicas = self._replicas(url.host, url.port or (443 if url.scheme == "https" else 80))
        turn = next(replicas.turn)
        *others, last = self._in_turn(replicas, turn)
        for address in others:
            try:
                return self._inner.handle_request(directed(request, address, turn))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self._rest(replicas, address)
                deadline.check()
        try:
            return self._inner.handle_request(directed(request, last, turn))
        except (httpx.ConnectError, httpx.ConnectTimeout):
            self._rest(replicas, last)
            raise

    def close(self) -> None:
        self._inner.close()

    def _replicas(self, host: str, port: int) -> Replicas:
        """One thread asks the resolver again, the others go on with what is known."""
        with self._lock:
            replicas = self._hosts.setdefault((host, port), Replicas())
            known, due = replicas.addresses, self._now() >= replicas.ask_again_at
            if known and due:
                replicas.ask_again_at = self._now() + FRESH_S
        if not known or due:
            try:
                replicas.addresses = self._resolve(host, port)
                replicas.ask_again_at = self._now() + FRESH_S
            except OSError as error:
                if not known:
                    raise httpx.ConnectError(f"{host} has no address: {error}") from error
        return replicas

    def _in_turn(self, replicas: Replicas, turn: int) -> list[str]:
        """Every address once, beginning with the one whose turn it is; those that rest come last."""
        addresses, now = replicas.addresses, self._now()
        first = turn % len(addresses)
        rotated = [*addresses[first:], *addresses[:first]]
        return sorted(rotated, key=lambda address: replicas.resting_until.get(address, 0.0) > now)

    def _rest(self, replicas: Replicas, address: str) -> None:
        """Replicas come and go: what was noted of those that are gone goes with them."""
        now = self._now()
        resting = {a: until for a, until in replicas.resting_until.items() if until > now}
        replicas.resting_until = resting | {address: now + REST_S}
        replicas.ask_again_at = 0.0


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def directed(request: httpx.Request, address: str, turn: int) -> httpx.Request:
    """The same request to `address`: its `Host` still names the service."""
    headers = request.headers
    if turn % REQUESTS_A_CONNECTION == REQUESTS_A_CONNECTION - 1:
        headers = httpx.Headers(headers)
        headers["Connection"] = "close"
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=headers,
        stream=request.stream,
        extensions=request.extensions,
    )
