"""Bars from a CSV file: sent, checked row by row, and stored as a whole or not at all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from barline_core.problems import Problem
from barline_gateway.registry import services
from barline_gateway.registry.models import Symbol
from barline_gateway.reporting.asking import accepted, principal_of
from barline_gateway.reporting.forms.symbols import ImportForm
from barline_gateway.reporting.imported import wrong_rows
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem, from_problem
from barline_gateway.reporting.schemas import IMPORTED, read


@require_http_methods(["GET", "POST"])
@page
def import_bars(request: HttpRequest) -> HttpResponse:
    """The form, and under it what became of the file."""
    context: dict[str, object] = {"form": ImportForm()}
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES)
        context = {"form": form} | (outcome(request, form) if form.is_valid() else {})
    template = "form" if is_htmx(request) else "page"
    return render(request, f"reporting/imports/{template}.html", context)


def outcome(request: HttpRequest, form: ImportForm) -> dict[str, object]:
    """What the service made of the file, or what it has against it."""
    wanted = form.cleaned_data
    try:
        answer, _ = services.import_bars(
            wanted["symbol"],
            wanted["file"].chunks(),
            prices=wanted["prices"],
            follow=None,
            principal=principal_of(request),
        )
        imported = read(IMPORTED, accepted(answer))
    except PageProblem as problem:
        return refused(problem)
    except Problem as problem:
        return refused(from_problem(problem))
    followed = Symbol.objects.filter(ticker=imported.symbol, active=True).exists()
    return {"imported": imported, "followed": followed}


def refused(problem: PageProblem) -> dict[str, object]:
    rows = wrong_rows(problem.errors)
    if rows:
        problem.errors = ()  # the table has them
    return {"problem": problem, "rows": rows}
