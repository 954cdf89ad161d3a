"""Every document one has had made: found, opened, downloaded, compared, deleted."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from barline_core.problems import Problem
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.forms.reports import ReportsForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.problems import PageProblem
from barline_gateway.reporting.report_list import labelled
from barline_gateway.reporting.schemas import REPORT_DOCUMENT, REPORT_LIST, RUN_LIST, read
from barline_gateway.reporting.views.analysis import may_compute

MOST_RUNS = "200"


@require_GET
@page
def reports(request: HttpRequest) -> HttpResponse:
    """A page of the list, narrowed by symbol, kind and format."""
    form = ReportsForm(request.GET)
    query: Mapping[str, str] = form.query() if form.is_valid() else {}
    listed = read(REPORT_LIST, ask(request, "reports", "/reports", params=query))
    number = int(query.get("page", "1"))
    context = {
        "form": form,
        "reports": listed,
        "rows": labelled(listed, windows_of_runs(request)),
        "narrowed": form.narrows,
        "number": number,
    }
    return render(request, "reporting/reports/page.html", context)


def windows_of_runs(request: HttpRequest) -> dict[str, str]:
    """The windows of one's newest runs; none while the backtest service is down: the list is still true."""
    with suppress(PageProblem, Problem):
        params = {"page_size": MOST_RUNS}
        return read(RUN_LIST, ask(request, "backtest", "/back_test/runs", params=params)).windows
    return {}


@require_GET
@page
def compare(request: HttpRequest) -> HttpResponse:
    """Two backtests side by side; `report` names a report on each."""
    chosen = request.GET.getlist("report")
    if len(chosen) != 2 or not may_compute(request):
        messages.info(request, "Tick two backtests, then press Compare.")
        return redirect("reporting:reports")
    pair = dict(zip(("first", "second"), chosen, strict=True))
    answer = ask(request, "reports", "/documents/comparison", params=pair | {"format": "json"})
    context = {
        "document": read(REPORT_DOCUMENT, answer),
        "public_url": f"/reports/compare?{urlencode(pair)}",
    }
    return render(request, "reporting/reports/report.html", context)


@require_POST
@page
def delete(request: HttpRequest, report_id: str) -> HttpResponse:
    """Delete the document; asking again makes it anew."""
    ask(request, "reports", f"/reports/{report_id}", method="DELETE")
    messages.success(request, "The report is deleted.")
    return redirect("reporting:reports")


@require_GET
@page
def report(request: HttpRequest, report_id: str) -> HttpResponse:
    """A document kept as JSON, laid out as it was when it was made."""
    document = read(REPORT_DOCUMENT, ask(request, "reports", f"/reports/{report_id}"))
    context = {"document": document, "stored_url": f"/reports/{report_id}"}
    return render(request, "reporting/reports/report.html", context)
