"""Every document one has had made: found, opened, downloaded."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.forms.reports import ReportsForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.schemas import REPORT_DOCUMENT, REPORT_LIST, read


@require_GET
@page
def reports(request: HttpRequest) -> HttpResponse:
    """A page of the list, narrowed by symbol, kind and format."""
    form = ReportsForm(request.GET)
    query: Mapping[str, str] = form.query() if form.is_valid() else {}
    listed = read(REPORT_LIST, ask(request, "reports", "/reports", params=query))
    number = int(query.get("page", "1"))
    context = {"form": form, "reports": listed, "narrowed": form.narrows, "number": number}
    return render(request, "reporting/reports/page.html", context)


@require_GET
@page
def report(request: HttpRequest, report_id: str) -> HttpResponse:
    """A document kept as JSON, laid out as it was when it was made."""
    document = read(REPORT_DOCUMENT, ask(request, "reports", f"/reports/{report_id}"))
    context = {"document": document, "stored_url": f"/reports/{report_id}"}
    return render(request, "reporting/reports/report.html", context)
