"""The gateway's calls to the services, and their answers as its own."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Literal

import httpx
from django.conf import settings
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from barline_core.bulkhead import Room
from barline_core.calls import Principal, ServiceClient
from barline_core.tokens import load_signer

__all__ = ["SERVICES", "Principal", "Service", "call", "relay"]

Service = Literal["ingestion", "backtest", "prediction", "reports"]
SERVICES: tuple[Service, ...] = ("ingestion", "backtest", "prediction", "reports")

RELAYED_HEADERS = (
    "Content-Type",
    "Content-Disposition",
    "Content-Language",
    "Cache-Control",
    "ETag",
    "Location",
    "Retry-After",
    "X-Report-Id",
)
HELD_BYTES = 256 * 1024  # an answer up to here is read whole; a larger one goes through in pieces
PIECE_BYTES = 64 * 1024

_opening = threading.Lock()
# A rendered report is a document of its own with inline scripts: it may run them in an origin of
# its own, where it can reach neither the session nor any other address.
DOCUMENT_POLICY = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)


def call(
    service: Service,
    method: str,
    path: str,
    *,
    principal: Principal,
    params: Mapping[str, str] | None = None,
    json: object = None,
    content: Iterable[bytes] | None = None,
    read_timeout_s: float | None = None,
    stream: bool = False,
) -> httpx.Response:
    """The service's answer, whatever its status; ServiceClient says what is raised when there is none.

    With `stream` its body may still be on the way: hand it to `relay`, or close it.
    """
    close_old_connections()  # whoever waits for a service keeps no other thread from the database
    with _opening:
        client = _client()
    return client.request(
        service,
        method,
        path,
        principal=principal,
        params=params,
        json=json,
        content=content,
        read_timeout_s=read_timeout_s,
        stream=stream,
    )


def relay(answer: httpx.Response) -> HttpResponseBase:
    """The service's answer as ours, bytes unchanged; a large one is never whole in memory."""
    response: HttpResponseBase
    if is_large(answer):
        response = StreamingHttpResponse(Pieces(answer), status=answer.status_code)
        response.headers["Content-Length"] = answer.headers["Content-Length"]
    else:
        response = HttpResponse(answer.read(), status=answer.status_code)
    for name in RELAYED_HEADERS:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


def is_large(answer: httpx.Response) -> bool:
    """Whether the body is still on the way and had better stay so."""
    length = answer.headers.get("Content-Length", "")
    return not answer.is_stream_consumed and length.isdigit() and int(length) > HELD_BYTES


class Pieces:
    """A body on its way through. Django closes it when the client has it all, or has gone."""

    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer
        self._pieces = answer.iter_raw(PIECE_BYTES)

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._answer.close()


@cache
def _client() -> ServiceClient:
    """Opened under `_opening`: there is one for all threads, for it counts the calls under way."""
    environment = settings.ENVIRONMENT
    return ServiceClient(
        environment.service_urls(),
        load_signer(environment.internal_keys_dir / "gateway.key"),
        connect_timeout_s=environment.service_connect_timeout_s,
        read_timeout_s=environment.service_read_timeout_s,
        room=Room(environment.service_calls_at_once, environment.service_calls_waiting),
    )
