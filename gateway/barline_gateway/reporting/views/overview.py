"""The symbols: what there is of each, adding one, refreshing, and what is left of the day's budget."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from barline_core.problems import Problem
from barline_gateway.registry import services
from barline_gateway.registry.models import Symbol, SymbolStatus
from barline_gateway.registry.selectors import list_symbols, status_of
from barline_gateway.registry.tickers import is_ticker
from barline_gateway.reporting.asking import accepted, ask, principal_of
from barline_gateway.reporting.followed_jobs import Followed, follow, followed
from barline_gateway.reporting.forms.symbols import AddForm, ListForm
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem
from barline_gateway.reporting.schemas import BUDGET, JOB, read

PAGE_SIZE = 50
WORKBENCH = "reporting/overview/workbench.html"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    symbol: Symbol
    status: SymbolStatus | None

    @property
    def state(self) -> str:
        return self.status.state if self.status else "pending"

    @property
    def findings(self) -> Sequence[object]:
        return self.status.findings if self.status else ()

    @property
    def problem(self) -> str:
        problem = self.status.problem if self.status else None
        return str(problem.get("detail", "")) if isinstance(problem, dict) else ""


@require_GET
@page
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "reporting/overview/page.html", workbench(request))


@require_http_methods(["GET", "POST"])
@page
def symbols(request: HttpRequest) -> HttpResponse:
    """POST: follow a symbol and load its history. GET: the table alone, for htmx."""
    if request.method == "GET":
        if not is_htmx(request):
            return redirect("reporting:overview")
        return render(request, "reporting/overview/table.html", table(request))
    form = AddForm(request.POST)
    if form.is_valid():
        add(request, form)
    if form.errors:
        return show_workbench(request, form)
    return done(request)


@require_POST
@page
def refreshes(request: HttpRequest) -> HttpResponse:
    """Fetch what is missing: of the named symbols, or of all."""
    named = tuple(ticker.upper() for ticker in request.POST.getlist("symbols"))
    title = "Refreshing " + (", ".join(named) or "all symbols")
    try:
        answer = services.refresh(named or None, full=False, principal=principal_of(request))
        follow_job(request, answer, title, named or None)
    except (PageProblem, Problem) as problem:
        messages.error(request, problem.detail)
    return done(request)


@require_GET
@page
def budget(request: HttpRequest) -> HttpResponse:
    """What is left of today's requests to Alpha Vantage; asked for by htmx after the page is there."""
    context: dict[str, object] = {}
    try:
        context["budget"] = read(BUDGET, ask(request, "ingestion", "/budget"))
    except (PageProblem, Problem) as problem:
        context["problem"] = problem
    return render(request, "reporting/overview/budget.html", context)


def add(request: HttpRequest, form: AddForm) -> None:
    """Register and load; what is refused becomes an error of the field."""
    ticker = form.cleaned_data["symbol"]
    try:
        principal = principal_of(request)
        loaded = services.add_symbol(ticker, facts=form.facts, wait_s=0, principal=principal)
        if loaded.answer is not None:
            follow_job(request, loaded.answer, f"Loading {ticker}", (ticker,))
        else:
            messages.info(request, f"{ticker} is already followed, and its bars are here.")
    except (PageProblem, Problem) as problem:
        form.add_error("symbol", problem.detail)


def follow_job(
    request: HttpRequest, answer: httpx.Response, title: str, tickers: tuple[str, ...] | None
) -> None:
    """Show the job's progress from now on; raises PageProblem when there is no job."""
    follow(request.session, Followed(read(JOB, accepted(answer)).id, title, tickers))


def done(request: HttpRequest) -> HttpResponse:
    """The workbench anew for htmx; a fresh page for a browser without scripts."""
    if is_htmx(request):
        return show_workbench(request, AddForm())
    shown_on = request.POST.get("from_symbol", "").upper()
    if is_ticker(shown_on):
        return redirect("reporting:symbol", ticker=shown_on)
    return redirect("reporting:overview")


def show_workbench(request: HttpRequest, form: AddForm) -> HttpResponse:
    template = WORKBENCH if is_htmx(request) else "reporting/overview/page.html"
    return render(request, template, workbench(request) | {"add_form": form})


def workbench(request: HttpRequest) -> dict[str, object]:
    """Everything on the overview: the form, the jobs, the table."""
    jobs = reversed(followed(request.session))
    return {"add_form": AddForm(), "jobs": list(jobs)} | table(request)


def table(request: HttpRequest) -> dict[str, object]:
    form = ListForm(request.GET)
    form.is_valid()
    wanted = form.cleaned_data
    services.forget_unknown_symbols()
    found = list_symbols(
        search=wanted.get("search") or None, active=None if wanted.get("all") else True
    )
    shown: Page[Symbol] = Paginator(found, PAGE_SIZE).get_page(wanted.get("page") or 1)
    return {
        "list_form": form,
        "shown": shown,
        "rows": [Row(symbol, status_of(symbol)) for symbol in shown],
        "not_followed": Symbol.objects.filter(active=False).count(),
        "any_symbol": Symbol.objects.filter(active=True).exists(),
    }
