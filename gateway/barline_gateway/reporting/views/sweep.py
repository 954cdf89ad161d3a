"""Sweeps: a grid of windows, its heatmap, and what its best cell is worth."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from barline_gateway.reporting.forms.studies import SweepForm
from barline_gateway.reporting.heatmap import colour_key, heatmap_figure
from barline_gateway.reporting.overfitting import doubts
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.palette import DARK_PARTNERS
from barline_gateway.reporting.schemas import SWEEP
from barline_gateway.reporting.sweep_result import Heatmap, Metric, Sweep, SweptSymbol
from barline_gateway.reporting.views.studies import (
    Pages,
    cell_query,
    form_page,
    form_values,
    show,
    study_of,
)
from barline_gateway.reporting.views.symbol import Choice

PAGES = Pages("sweep", SweepForm, "sweep", "/back_test/sweeps")
METRICS: dict[Metric, str] = {
    "sharpe": "Sharpe ratio",
    "cagr": "Return a year",
    "total_return": "Total return",
    "max_drawdown": "Drawdown",
    "trades": "Trades",
}


@require_http_methods(["GET", "POST"])
@page
def sweep(request: HttpRequest) -> HttpResponse:
    """The form; POST starts the sweep."""
    return form_page(request, PAGES)


@require_GET
@page
def sweep_result(request: HttpRequest, study_id: str) -> HttpResponse:
    """How far it is, then the result of one of its symbols."""
    path = f"{PAGES.service_path}/{study_id}"
    found, context = study_of(request, SWEEP, path, include="")
    symbols = " ".join(one.symbol for one in found.symbols)
    values = {**form_values(found, symbols=symbols), **request.GET.dict()}
    form = SweepForm(values, tickers=(), run=False)
    context |= {"form": form, "sweep": found, "study_url": path}
    chosen = found.chosen(request.GET.get("of", ""))
    if chosen is not None and not chosen.why_not:
        whole, _ = study_of(request, SWEEP, path, include="heatmap", symbol=chosen.symbol)
        context |= symbol_context(request, found, chosen, whole.heatmap.get(chosen.symbol))
    return show(request, PAGES.folder, context | {"chosen": chosen})


def symbol_context(
    request: HttpRequest, found: Sweep, chosen: SweptSymbol, heatmap: Heatmap | None
) -> dict[str, object]:
    """Everything that is shown of one symbol."""
    context: dict[str, object] = {"doubts": list(doubts(chosen)), "palette": DARK_PARTNERS}
    if heatmap is None:  # a grid too large for one document
        return context
    metric = chosen_metric(request.GET.get("metric", ""))
    query = cell_query(found.parameters, chosen.symbol)
    return context | {
        "heatmap": heatmap,
        "figure": heatmap_figure(heatmap, metric, METRICS[metric], chosen.best),
        "key": colour_key(heatmap, metric),
        "metrics": [Choice(name, label, name == metric) for name, label in METRICS.items()],
        "metric_label": METRICS[metric],
        "best_cells": heatmap.best_cells(chosen.symbol, metric),
        "cell_query": query,
        "cell_url": f"{reverse('reporting:backtest')}?{urlencode(query)}",
    }


def chosen_metric(name: str) -> Metric:
    """What the colours show, the Sharpe ratio unless something else is asked for."""
    default: Metric = "sharpe"
    return next((metric for metric in METRICS if metric == name), default)
