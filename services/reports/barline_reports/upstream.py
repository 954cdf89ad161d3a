"""The one way from here to the services that compute: pooled, signed in the user's name, honest about failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import httpx
import structlog

from barline_core.problems import (
    CONTENT_TYPE,
    ServiceUnavailable,
    UpstreamTooSlow,
    UpstreamWrong,
)
from barline_core.request_ids import REQUEST_ID_HEADER
from barline_core.tokens import Caller, Signer, load_signer
from barline_reports.settings import ReportsSettings

Service = Literal["backtest", "prediction"]
RELAYED_HEADERS = ("Content-Type", "Retry-After", "WWW-Authenticate")

log = structlog.get_logger("barline_reports.upstream")


@dataclass(frozen=True, slots=True)
class Principal:
    """On whose behalf, and for which request, another service is called."""

    caller: Caller
    request_id: str


class Refused(Exception):
    """Another service answered with a problem, which is passed on as it is."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(answer.status_code)
        self.status = answer.status_code
        self.body = answer.content
        self.headers = {
            name: answer.headers[name] for name in RELAYED_HEADERS if name in answer.headers
        }
        self._answer = answer

    @property
    def problem_type(self) -> str:
        """The last part of the problem's type, such as `not-enough-history`; empty when it is no problem document."""
        if not self.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return ""
        return str(self._answer.json().get("type", "")).rpartition("/")[2]

    @property
    def detail(self) -> str:
        return str(self._answer.json().get("detail", ""))


class Upstream:
    """A pool of connections to the backtest and the prediction service."""

    def __init__(self, settings: ReportsSettings) -> None:
        self._urls = {"backtest": settings.backtest_url, "prediction": settings.prediction_url}
        self._signer: Signer = load_signer(settings.internal_keys_dir / "reports.key")
        self._read_timeout_s = settings.upstream_read_timeout_s
        self._client = httpx.Client(
            timeout=httpx.Timeout(
                self._read_timeout_s, connect=settings.upstream_connect_timeout_s
            ),
            limits=httpx.Limits(max_keepalive_connections=8, keepalive_expiry=4.0),
            trust_env=False,
        )

    def get(
        self, service: Service, path: str, params: Mapping[str, str], principal: Principal
    ) -> bytes:
        """The body of a 200. Raises Refused, ServiceUnavailable, UpstreamTooSlow or UpstreamWrong."""
        caller = principal.caller
        token = self._signer.sign(audience=service, user_id=caller.user_id, scope=caller.scope)
        headers = {"Authorization": f"Bearer {token}", REQUEST_ID_HEADER: principal.request_id}
        url = self._urls[service].rstrip("/") + path
        try:
            answer = self._client.get(url, params=params, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            log.warning("upstream.unreachable", service=service, error=type(error).__name__)
            raise ServiceUnavailable(
                f"The {service} service cannot be reached now; try again shortly."
            ) from error
        except httpx.TimeoutException as error:
            log.warning("upstream.slow", service=service, path=path)
            raise UpstreamTooSlow(
                f"The {service} service did not answer within {self._read_timeout_s:.0f} s.",
                headers={"Retry-After": "30"},
            ) from error
        except httpx.HTTPError as error:
            log.warning("upstream.broken", service=service, error=type(error).__name__)
            raise UpstreamWrong(
                f"The {service} service broke off its answer; try again."
            ) from error
        if answer.status_code != httpx.codes.OK:
            raise Refused(answer)
        return answer.content

    def close(self) -> None:
        self._client.close()
