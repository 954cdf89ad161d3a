"""`/back_test`, `/ai_prediction`, `/reports` and `/jobs`: passed on to the service that does the work."""

from functools import partial
from typing import ClassVar

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from barline_core.problems import FieldError, InvalidInput, NotFound
from barline_gateway.accounts.permissions import owner_id, principal_of
from barline_gateway.analysis.selectors import run_facts, runs_facts
from barline_gateway.caching import unless_unchanged
from barline_gateway.idempotency import idempotent
from barline_gateway.registry.services import forget_unknown_symbols
from barline_gateway.registry.tickers import ticker_of
from barline_gateway.registry.views import body_of, single_parameters
from barline_gateway.upstream import SERVICES, Service, call, relay

FORMATS = ("json", "html", "pdf")


class AnalysisView(APIView):
    """A result as JSON from the service that computes it, or as a document from reports."""

    stores_on_get = True
    service: ClassVar[Service]
    path: ClassVar[str]
    document: ClassVar[str]

    def get(self, request: Request) -> HttpResponseBase:
        params = single_parameters(request)
        if "symbol" in params:
            params["symbol"] = ticker_of(params["symbol"])
        wanted = params.pop("format", "json")
        if wanted not in FORMATS:
            advice = f"One of {', '.join(FORMATS)}."
            raise InvalidInput(
                "Please correct: format.", errors=(FieldError(advice, parameter="format"),)
            )
        principal = principal_of(request)
        if wanted == "json":
            service, path = self.service, self.path
        else:
            service, path, params["format"] = "reports", self.document, wanted
        answer = call(service, "GET", path, params=params, principal=principal, stream=True)
        return relay(answer)


class BackTestView(AnalysisView):
    """One backtest."""

    service = "backtest"
    path = "/back_test"
    document = "/documents/backtest"


class RelayView(APIView):
    """A read that a service answers by itself: `service` and its `path`, with what the URL names."""

    service: Service = "backtest"
    path: str = ""

    def get(self, request: Request, **parts: str) -> HttpResponseBase:
        return relay(
            call(
                self.service,
                "GET",
                self.path.format(**parts),
                params=single_parameters(request),
                principal=principal_of(request),
                stream=True,
            )
        )


class ComparisonView(RelayView):
    """Two backtests side by side, as a document like every other: it is kept when it is made."""

    stores_on_get = True
    service = "reports"
    path = "/documents/comparison"


class ReportView(RelayView):
    """One of the documents one has made; DELETE forgets it."""

    service = "reports"
    path = "/reports/{report_id}"

    def delete(self, request: Request, report_id: str) -> HttpResponseBase:
        return relay(
            call(
                self.service,
                "DELETE",
                self.path.format(report_id=report_id),
                params=single_parameters(request),
                principal=principal_of(request),
            )
        )


class RunsView(RelayView):
    """One's earlier runs; unchanged ones are answered for here."""

    service = "backtest"
    path = "/back_test/runs"

    def get(self, request: Request, **parts: str) -> HttpResponseBase:
        facts = runs_facts(owner_id(request))
        return unless_unchanged(request, facts, partial(super().get, request, **parts))


class RunView(RelayView):
    """One run, which never changes."""

    service = "backtest"
    path = "/back_test/runs/{run_id}"

    def get(self, request: Request, **parts: str) -> HttpResponseBase:
        facts = run_facts(owner_id(request), parts["run_id"])
        return unless_unchanged(request, facts, partial(super().get, request, **parts))


class OrderView(APIView):
    """Something a service makes or checks when asked: the body and the query are passed on as they are."""

    service: Service = "backtest"
    path: str = ""

    @idempotent()
    def post(self, request: Request, **parts: str) -> HttpResponseBase:
        return order(self.service, self.path.format(**parts), request)


def order(service: Service, path: str, request: Request) -> HttpResponseBase:
    """Pass the query and the body on."""
    return relay(
        call(
            service,
            "POST",
            path,
            params=single_parameters(request),
            json=body_of(request),
            principal=principal_of(request),
        )
    )


class PredictionView(AnalysisView):
    """The forecast for the next 30 sessions; POST makes those of many symbols."""

    service = "prediction"
    path = "/ai_prediction"
    document = "/documents/prediction"

    @idempotent()
    def post(self, request: Request) -> HttpResponseBase:
        return order(self.service, self.path, request)


class JobView(APIView):
    """A long action: how far it is; DELETE cancels it."""

    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        return self._answer(request, "GET", job_id)

    def delete(self, request: Request, job_id: str) -> HttpResponseBase:
        return self._answer(request, "DELETE", job_id)

    def _answer(self, request: Request, method: str, job_id: str) -> HttpResponseBase:
        service = next((name for name in SERVICES if job_id.startswith(f"{name}-")), None)
        if service is None:
            raise NotFound(f"There is no job {job_id}.")
        answer = call(service, method, f"/jobs/{job_id}", principal=principal_of(request))
        if answer.is_success and answer.json()["finished_at"] is not None:
            forget_unknown_symbols()
        return relay(answer)
