"""The one way from the gateway to the services: pooled, signed, and honest about failures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import httpx
import structlog
from django.conf import settings
from django.http import HttpResponse

from barline_core.problems import ServiceUnavailable, UpstreamTooSlow, UpstreamWrong
from barline_core.request_ids import REQUEST_ID_HEADER
from barline_core.tokens import Signer, load_signer

Service = Literal["ingestion", "backtest", "prediction", "reports"]
SERVICES: tuple[Service, ...] = ("ingestion", "backtest", "prediction", "reports")

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 60.0
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

log = structlog.get_logger("barline.upstream")


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf a service is called."""

    user_id: int | None
    scope: str
    request_id: str


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
    """The service's answer, whatever its status; `content` is sent piece by piece.

    Raises ServiceUnavailable when it cannot be reached, UpstreamTooSlow when it does not answer
    in time, and UpstreamWrong when what it says is not HTTP.
    """
    token = _signer().sign(audience=service, user_id=principal.user_id, scope=principal.scope)
    try:
        return _client().request(
            method,
            settings.ENVIRONMENT.service_urls()[service] + path,
            params=params,
            json=json,
            content=content,
            headers={
                "Authorization": f"Bearer {token}",
                REQUEST_ID_HEADER: principal.request_id,
            },
            timeout=httpx.Timeout(read_timeout_s, connect=CONNECT_TIMEOUT_S),
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        log.warning("upstream.unreachable", upstream=service, error=type(error).__name__)
        raise ServiceUnavailable(
            f"The {service} service cannot be reached now; try again shortly."
        ) from error
    except httpx.TimeoutException as error:
        log.warning("upstream.slow", upstream=service, path=path)
        raise UpstreamTooSlow(
            f"The {service} service did not answer within {read_timeout_s:.0f} s.",
            headers={"Retry-After": "30"},
        ) from error
    except httpx.HTTPError as error:
        log.warning("upstream.broken", upstream=service, error=type(error).__name__)
        raise UpstreamWrong(
            f"The {service} service broke off its answer; try again.",
            headers={"Retry-After": "5"},
        ) from error


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
def _client() -> httpx.Client:
    limits = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=4.0)
    return httpx.Client(limits=limits, follow_redirects=False, trust_env=False)


@cache
def _signer() -> Signer:
    return load_signer(settings.ENVIRONMENT.internal_keys_dir / "gateway.key")
