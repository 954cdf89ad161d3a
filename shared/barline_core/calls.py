"""The one way from one of our processes to another: pooled, signed in the user's name, honest about failures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx
import structlog

from barline_core.problems import ServiceUnavailable, UpstreamTooSlow, UpstreamWrong
from barline_core.request_ids import REQUEST_ID_HEADER
from barline_core.tokens import Signer

CONNECT_TIMEOUT_S = 2.0
READ_TIMEOUT_S = 60.0
KEEPALIVE_S = 4.0  # below the 5 s after which uvicorn closes an idle connection

log = structlog.get_logger("barline.calls")


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
    ) -> None:
        self._urls = {name: url.rstrip("/") for name, url in urls.items()}
        self._signer = signer
        self._connect_timeout_s = connect_timeout_s
        self._read_timeout_s = read_timeout_s
        self._client = httpx.Client(
            limits=httpx.Limits(
                max_connections=64, max_keepalive_connections=32, keepalive_expiry=KEEPALIVE_S
            ),
            follow_redirects=False,
            trust_env=False,
        )

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
        read_timeout_s: float | None = None,
    ) -> httpx.Response:
        """The service's answer, whatever its status; `content` is sent piece by piece.

        Raises ServiceUnavailable when it cannot be reached, UpstreamTooSlow when it does not answer in time, and
        UpstreamWrong when it breaks off.
        """
        token = self._signer.sign(
            audience=service, user_id=principal.user_id, scope=principal.scope
        )
        headers = {"Authorization": f"Bearer {token}", REQUEST_ID_HEADER: principal.request_id}
        patience_s = read_timeout_s or self._read_timeout_s
        try:
            return self._client.request(
                method,
                self._urls[service] + path,
                params=params,
                json=json,
                content=content,
                headers=headers,
                timeout=httpx.Timeout(patience_s, connect=self._connect_timeout_s),
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            log.warning("call.unreachable", upstream=service, error=type(error).__name__)
            raise ServiceUnavailable(
                f"The {service} service cannot be reached now; try again shortly."
            ) from error
        except httpx.TimeoutException as error:
            log.warning("call.slow", upstream=service, path=path)
            raise UpstreamTooSlow(
                f"The {service} service did not answer within {patience_s:.0f} s.",
                headers={"Retry-After": "30"},
            ) from error
        except httpx.HTTPError as error:
            log.warning("call.broken", upstream=service, error=type(error).__name__)
            raise UpstreamWrong(
                f"The {service} service broke off its answer; try again.",
                headers={"Retry-After": "5"},
            ) from error

    def close(self) -> None:
        self._client.close()
