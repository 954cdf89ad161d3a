"""Forecasts: the next 30 sessions of a symbol with their track record, and those of many symbols as a job."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from barline_core.clock import MarketClock
from barline_core.problems import Problem
from barline_gateway.registry.selectors import list_symbols
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.followed_jobs import Followed, find, follow, followed
from barline_gateway.reporting.forms.fields import followed_tickers
from barline_gateway.reporting.forms.forecast import BatchForm, ForecastForm
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem, from_problem
from barline_gateway.reporting.schemas import FORECAST_BATCH, JOB, read
from barline_gateway.reporting.views.analysis import Analysis, answer, may_compute

MANY = "reporting/forecast/many.html"

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
    return answer(
        request, FORECAST, form, query, extra=many(request, BatchForm(symbol=chosen(request)))
    )


@require_POST
@page
def batches(request: HttpRequest) -> HttpResponse:
    """Order forecasts of many symbols; the job's progress is shown under the form."""
    form = BatchForm(request.POST)
    ordered = form.is_valid() and order(request, form)
    if ordered and not is_htmx(request):
        return redirect("reporting:forecast")
    context = many(request, BatchForm() if ordered else form)
    if is_htmx(request):
        return render(request, MANY, context)
    plain = ForecastForm({}, tickers=followed_tickers(), run=False)
    return render(request, FORECAST.page_template, context | {"form": plain})


@require_GET
@page
def batch(request: HttpRequest, batch_id: str) -> HttpResponse:
    """What became of each symbol, a page at a time."""
    number = request.GET.get("page", "1")
    answered = ask(
        request, "prediction", f"/ai_prediction/batches/{batch_id}", params={"page": number}
    )
    context = {
        "batch": read(FORECAST_BATCH, answered),
        "followed": find(request.session, batch_id),
        "number": int(number),
    }
    return render(request, "reporting/forecast/batch.html", context)


def chosen(request: HttpRequest) -> str:
    return request.GET.get("symbol", "").upper()


def many(request: HttpRequest, form: BatchForm) -> dict[str, object]:
    """The form for many symbols, and the jobs it started."""
    jobs = [one for one in reversed(followed(request.session)) if one.is_forecasts]
    return {"batch_form": form, "jobs": jobs}


def order(request: HttpRequest, form: BatchForm) -> bool:
    """Whether the service took the order; what it refused becomes an error of the form."""
    named = form.cleaned_data["symbols"]
    symbols = named or list(list_symbols(active=True).values_list("ticker", flat=True))
    today = MarketClock(settings.ENVIRONMENT.market_date).today().isoformat()
    try:
        answered = ask(
            request, "prediction", "/ai_prediction", method="POST", json=form.body(symbols, today)
        )
    except (PageProblem, Problem) as problem:
        told = problem if isinstance(problem, PageProblem) else from_problem(problem)
        if not told.errors or not form.take_body_errors(told.errors):
            form.add_error("symbols", told.detail)
        return False
    title = title_of(form.cleaned_data, symbols)
    follow(request.session, Followed(read(JOB, answered).id, title, ()))
    return True


def title_of(asked: Mapping[str, object], symbols: list[str]) -> str:
    """The job in a few words."""
    what = "Forecasting" if asked["start"] is None else f"Hindcasts since {asked['start']} of"
    shown = ", ".join(symbols) if len(symbols) <= 3 else f"{len(symbols):,} symbols"
    return f"{what} {shown}"
