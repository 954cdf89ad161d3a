"""Backtests: the form with every parameter, and the result under it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from barline_gateway.reporting.forms.backtest import BacktestForm
from barline_gateway.reporting.forms.fields import followed_tickers
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.views.analysis import Analysis, answer, may_compute

BACKTEST = Analysis(
    document_path="/documents/backtest",
    public_path="/back_test",
    page_template="reporting/backtest/page.html",
    part_template="reporting/backtest/bench.html",
)
ASKED = ("symbol", "winbuy", "winsell")  # a link with the symbol alone only fills in the form


@require_GET
@page
def backtest(request: HttpRequest) -> HttpResponse:
    run = all(name in request.GET for name in ASKED) and may_compute(request)
    form = BacktestForm(request.GET.dict(), tickers=followed_tickers(), run=run)
    query = form.query() if run and form.is_valid() else None
    return answer(request, BACKTEST, form, query)
