"""Every document one has had made: open, download, delete."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.pages import page
from barline_gateway.reporting.schemas import REPORT_LIST, read


@require_GET
@page
def reports(request: HttpRequest) -> HttpResponse:
    listed = read(REPORT_LIST, ask(request, "reports", "/reports"))
    return render(request, "reporting/reports/page.html", {"reports": listed})


@require_POST
@page
def delete(request: HttpRequest, report_id: str) -> HttpResponse:
    ask(request, "reports", f"/reports/{report_id}", method="DELETE")
    messages.success(request, "The document is deleted.")
    return redirect("reporting:reports")
