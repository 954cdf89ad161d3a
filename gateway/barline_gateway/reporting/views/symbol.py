"""One symbol: its candles, where its bars lie, what companies did to them, and what is odd."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from barline_core.problems import Problem, UnknownSymbol
from barline_gateway.registry import services
from barline_gateway.registry.models import Symbol
from barline_gateway.registry.selectors import status_of
from barline_gateway.reporting.asking import accepted, ask, principal_of
from barline_gateway.reporting.bars import Bar, Bars, CorporateAction, corporate_actions
from barline_gateway.reporting.candles import View, candle_figure
from barline_gateway.reporting.coverage import coverage_strip
from barline_gateway.reporting.followed_jobs import followed
from barline_gateway.reporting.forms.symbols import RemoveForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.palette import DARK_PARTNERS
from barline_gateway.reporting.problems import PageProblem
from barline_gateway.reporting.resampling import WORDS
from barline_gateway.reporting.schemas import BARS, read
from barline_gateway.reporting.sparkline import sparkline as line_through

BASES = {
    "raw": "As traded",
    "split": "Split-adjusted",
    "total_return": "Total return",
}
SPANS = {"3m": ("3 months", 92), "1y": ("1 year", 366), "5y": ("5 years", 1827), "all": ("All", 0)}
DEFAULT_BASIS, DEFAULT_SPAN = "split", "1y"
MOST_ACTIONS = 8  # the rest are folded away
SPARKLINE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Choice:
    """A basis or a span one can switch to."""

    value: str
    label: str
    chosen: bool


@require_GET
@page
def symbol(request: HttpRequest, ticker: str) -> HttpResponse:
    found = registered(ticker)
    if ticker != found.ticker:
        return redirect("reporting:symbol", ticker=found.ticker)
    jobs = [one for one in followed(request.session) if one.symbols in (None, (found.ticker,))]
    context = bars_context(request, found) | {"symbol": found, "status": status_of(found)}
    return render(request, "reporting/symbol/page.html", context | {"jobs": jobs})


@require_GET
@page
def sparkline(request: HttpRequest, ticker: str) -> HttpResponse:
    """A year of closes as a small line; the address changes with the data, so browsers may keep it."""
    status = status_of(registered(ticker))
    closes: list[float] = []
    if status is not None and status.last_date is not None:
        start = status.last_date - timedelta(days=SPARKLINE_DAYS)
        with suppress(PageProblem, Problem):  # the overview says what is down; this is decoration
            series = bars_of(request, ticker, "total_return", start=start.isoformat())
            closes = [bar.close for bar in series.bars]
    response = render(request, "reporting/overview/sparkline.html", {"line": line_through(closes)})
    if closes:
        patch_cache_control(response, private=True, max_age=86_400)
    return response


@require_http_methods(["GET", "POST"])
@page
def remove(request: HttpRequest, ticker: str) -> HttpResponse:
    """Asks first; then stops following the symbol, and deletes its data when wanted."""
    found = registered(ticker)
    form = RemoveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        purge = form.cleaned_data["purge"]
        refused = services.remove_symbol(found.ticker, purge=purge, principal=principal_of(request))
        if refused is not None:
            accepted(refused)
        what = "and its data are deleted" if purge else "is no longer followed; its bars are kept"
        messages.success(request, f"{found.ticker} {what}.")
        return redirect("reporting:overview")
    context = {"symbol": found, "status": status_of(found), "form": form}
    return render(request, "reporting/symbol/remove.html", context)


def bars_context(request: HttpRequest, found: Symbol) -> dict[str, object]:
    """Everything drawn from the bars, in the chosen basis and span."""
    basis, span = request.GET.get("basis", ""), request.GET.get("span", "")
    basis = basis if basis in BASES else DEFAULT_BASIS
    span = span if span in SPANS else DEFAULT_SPAN
    raw = bars_of(request, found.ticker, "raw")
    series = raw if basis == "raw" else bars_of(request, found.ticker, basis)
    actions = corporate_actions(raw.bars)
    return {
        "bases": [Choice(value, label, value == basis) for value, label in BASES.items()],
        "spans": [Choice(value, label, value == span) for value, (label, _) in SPANS.items()],
        "basis_label": BASES[basis],
        "series": series,
        "last": raw.bars[-1] if raw.bars else None,
        "change": last_change(series.bars),
        **(drawing(series, span, actions) if series.bars else {}),
        "palette": DARK_PARTNERS,
        "strip": coverage_strip([bar.date for bar in raw.bars]),
        "newest_actions": actions[:MOST_ACTIONS],
        "older_actions": actions[MOST_ACTIONS:],
    }


def drawing(series: Bars, span: str, actions: tuple[CorporateAction, ...]) -> dict[str, object]:
    """The chart and what one candle in it stands for."""
    days = SPANS[span][1]
    start = series.bars[-1].date - timedelta(days=days) if days else None
    label = f"Price, {series.currency}" if series.currency else "Price"
    view = View(series.bars, actions, start, label)
    return {"figure": candle_figure(view), "candle": WORDS[view.step]}


def last_change(bars: tuple[Bar, ...]) -> float | None:
    """From the close before to the last one, as a fraction."""
    if len(bars) < 2 or not bars[-2].close:
        return None
    return bars[-1].close / bars[-2].close - 1.0


def bars_of(request: HttpRequest, ticker: str, basis: str, **narrowed: str) -> Bars:
    params = {"price_basis": basis, **narrowed}
    return read(BARS, ask(request, "ingestion", f"/symbols/{ticker.upper()}/bars", params=params))


def registered(ticker: str) -> Symbol:
    found = Symbol.objects.select_related("status").filter(ticker=ticker.upper()).first()
    if found is None:
        raise UnknownSymbol(f"{ticker.upper()} is not registered here. Add it on the overview.")
    return found
