"""The search for a symbol by its name: asked only by a click, since it may cost a request of the day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from barline_core.problems import Problem
from barline_gateway.registry.models import Symbol
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.forms.symbols import AddForm, SearchForm
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem, from_problem
from barline_gateway.reporting.schemas import SYMBOL_SEARCH, read
from barline_gateway.reporting.views.analysis import may_compute
from barline_gateway.reporting.views.overview import workbench

SPENT = "budget-changed"


@require_GET
@page
def search(request: HttpRequest) -> HttpResponse:
    """The matches under the add form; for a browser without scripts with the whole overview."""
    words = request.GET.get("symbol", "")
    found = matches(request, words)
    if is_htmx(request):
        response = render(request, "reporting/overview/matches.html", found)
        return trigger_client_event(response, SPENT)
    add_form = AddForm(initial={"symbol": words})
    context = workbench(request) | {"add_form": add_form} | found
    return render(request, "reporting/overview/page.html", context)


def matches(request: HttpRequest, words: str) -> dict[str, object]:
    """What was found, or why nothing could be."""
    form = SearchForm({"symbol": words})
    if not form.is_valid():
        return {"search_advice": "Type a part of a name or of a symbol, 50 letters at most."}
    if not may_compute(request):  # a link on another site must not spend a request
        return {"search_advice": "Press Search to look for it."}
    params = {"keywords": form.cleaned_data["symbol"]}
    try:
        found = read(SYMBOL_SEARCH, ask(request, "ingestion", "/search", params=params))
    except PageProblem as problem:
        return {"search_problem": problem}
    except Problem as problem:
        return {"search_problem": from_problem(problem)}
    tickers = [match.symbol for match in found.matches]
    followed = Symbol.objects.filter(ticker__in=tickers, active=True)
    return {"found": found, "already": set(followed.values_list("ticker", flat=True))}
