"""Every document one has had made: found, opened, downloaded, compared, deleted."""

import re
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.comparison import Comparison
from barline_gateway.reporting.forms.reports import ReportsForm
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.schemas import REPORT_DOCUMENT, REPORT_LIST, read

ID = r"[A-Za-z0-9_\-]{1,64}"


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
def compare(request: HttpRequest) -> HttpResponse:
    """Two of them side by side; `report` names each."""
    chosen = request.GET.getlist("report")
    if len(chosen) != 2 or not all(re.fullmatch(ID, one) for one in chosen):
        messages.info(request, "Tick two reports that have a page, then press Compare.")
        return redirect("reporting:reports")
    first, second = (
        read(REPORT_DOCUMENT, ask(request, "reports", f"/reports/{one}")) for one in chosen
    )
    context = {"comparison": Comparison(first, second), "palette": first.palette}
    return render(request, "reporting/reports/compare.html", context)


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
