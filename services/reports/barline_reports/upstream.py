"""Asks the backtest and the prediction service in the user's name, and keeps their refusals as they are."""

from collections.abc import Mapping
from typing import Literal

import httpx

from barline_core.calls import Principal, ServiceClient
from barline_core.problems import CONTENT_TYPE
from barline_core.tokens import load_signer
from barline_reports.settings import ReportsSettings

Service = Literal["backtest", "prediction"]
RELAYED_HEADERS = ("Content-Type", "Retry-After", "WWW-Authenticate")


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
        """Empty when it is no problem document."""
        return str(self._answer.json().get("detail", "")) if self.problem_type else ""


class Upstream:
    """The services whose results are reported on."""

    def __init__(self, settings: ReportsSettings) -> None:
        self._client = ServiceClient(
            {"backtest": settings.backtest_url, "prediction": settings.prediction_url},
            load_signer(settings.internal_keys_dir / "reports.key"),
            connect_timeout_s=settings.upstream_connect_timeout_s,
            read_timeout_s=settings.upstream_read_timeout_s,
        )

    def get(
        self, service: Service, path: str, params: Mapping[str, str], principal: Principal
    ) -> bytes:
        """The body of a 200. Raises Refused for any other answer, and what ServiceClient.request raises for none."""
        answer = self._client.request(service, "GET", path, principal=principal, params=params)
        if answer.status_code != httpx.codes.OK:
            raise Refused(answer)
        return answer.content

    def close(self) -> None:
        self._client.close()
