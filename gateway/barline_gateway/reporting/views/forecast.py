"""Forecasts: the next 30 sessions of a symbol, and how the forecast before them turned out."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from barline_gateway.reporting.forms.fields import followed_tickers
from barline_gateway.reporting.forms.forecast import ForecastForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.views.analysis import Analysis, answer, may_compute

FORECAST = Analysis(
    document_path="/documents/prediction",
    public_path="/ai_prediction",
    page_template="reporting/forecast/page.html",
    part_template="reporting/forecast/bench.html",
)


@require_GET
@page
def forecast(request: HttpRequest) -> HttpResponse:
    run = "symbol" in request.GET and may_compute(request)
    form = ForecastForm(request.GET.dict(), tickers=followed_tickers(), run=run)
    query = form.query() if run and form.is_valid() else None
    return answer(request, FORECAST, form, query)
