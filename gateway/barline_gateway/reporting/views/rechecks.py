"""What can be asked of a backtest that is shown: the same again, and whether it looked ahead."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from pydantic import TypeAdapter

from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.schemas import AUDIT, VERIFICATION, read

Shape = TypeVar("Shape")


@require_POST
@page
def verify(request: HttpRequest, run_id: str) -> HttpResponse:
    """The run made again, and compared to the last bit."""
    return recheck(request, run_id, "verify", VERIFICATION)


@require_POST
@page
def audit(request: HttpRequest, run_id: str) -> HttpResponse:
    """The future cut off and made up at twenty dates."""
    return recheck(request, run_id, "audit", AUDIT)


def recheck(
    request: HttpRequest, run_id: str, name: str, shape: TypeAdapter[Shape]
) -> HttpResponse:
    """The part for htmx, or a page of its own."""
    answer = ask(request, "backtest", f"/back_test/runs/{run_id}/{name}", method="POST")
    template = f"reporting/rechecks/{name}.html"
    context = {"result": read(shape, answer), "part": template}
    return render(
        request, template if is_htmx(request) else "reporting/rechecks/page.html", context
    )
