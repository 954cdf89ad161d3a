"""What the pages of backtests and forecasts share: a form in the query, and a report document as the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import push_url

from barline_core.problems import Problem
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.forms.fields import PageForm
from barline_gateway.reporting.pages import is_htmx
from barline_gateway.reporting.problems import PageProblem, from_problem
from barline_gateway.reporting.schemas import REPORT_DOCUMENT, read


@dataclass(frozen=True, slots=True)
class Analysis:
    """A kind of result: where its document comes from, and where programs get it."""

    document_path: str
    public_path: str
    page_template: str
    part_template: str


def answer(
    request: HttpRequest,
    analysis: Analysis,
    form: PageForm,
    query: Mapping[str, str] | None,
    *,
    extra: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The page with its form and, when there is a `query`, the result or what stands in its way."""
    context: dict[str, object] = {"form": form, **(extra or {})}
    if query is not None:
        context |= result(request, analysis, form, query)
    problem = context.get("problem")
    status = problem.status if isinstance(problem, PageProblem) else 200
    template = analysis.part_template if is_htmx(request) else analysis.page_template
    response = render(request, template, context, status=status)
    if query is not None and is_htmx(request):
        push_url(response, f"{request.path}?{urlencode(query)}")
    return response


def result(
    request: HttpRequest, analysis: Analysis, form: PageForm, query: Mapping[str, str]
) -> dict[str, object]:
    try:
        params = {**query, "format": "json"}
        document = read(
            REPORT_DOCUMENT, ask(request, "reports", analysis.document_path, params=params)
        )
    except PageProblem as problem:
        return refused(request, form, problem)
    except Problem as problem:
        return refused(request, form, from_problem(problem))
    return {"document": document, "public_url": f"{analysis.public_path}?{urlencode(query)}"}


def refused(request: HttpRequest, form: PageForm, problem: PageProblem) -> dict[str, object]:
    """Errors go beside their fields; what belongs to no field is said where the result would be."""
    if problem.kind == "unknown-symbol":
        form.add_error("symbol" if "symbol" in form.fields else "symbols", problem.detail)
        return {}
    if problem.errors and form.take_errors(problem.errors):
        return {}
    return {"problem": problem, "retry": request.get_full_path()}


def may_compute(request: HttpRequest) -> bool:
    """A result is stored in its owner's name: a link on another site must not set that off."""
    return request.headers.get("Sec-Fetch-Site") != "cross-site"
