"""The gateway's calls to the services, and their answers as its own."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

import httpx
from django.conf import settings
from django.http import HttpResponse

from barline_core.calls import READ_TIMEOUT_S, Principal, ServiceClient
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
    read_timeout_s: float = READ_TIMEOUT_S,
) -> httpx.Response:
    """The service's answer, whatever its status; ServiceClient says what is raised when there is none."""
    return _client().request(
        service,
        method,
        path,
        principal=principal,
        params=params,
        json=json,
        content=content,
        read_timeout_s=read_timeout_s,
    )


def relay(answer: httpx.Response) -> HttpResponse:
    """The service's answer as ours, bytes unchanged."""
    response = HttpResponse(answer.content, status=answer.status_code)
    for name in RELAYED_HEADERS:
        if name in answer.headers:
            response.headers[name] = answer.headers[name]
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


@cache
def _client() -> ServiceClient:
    environment = settings.ENVIRONMENT
    signer = load_signer(environment.internal_keys_dir / "gateway.key")
    return ServiceClient(environment.service_urls(), signer)
