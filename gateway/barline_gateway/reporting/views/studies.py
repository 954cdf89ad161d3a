"""What sweeps and walk-forwards share: a form, a job that is followed, and a page that shows what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from pydantic import TypeAdapter

from barline_core.problems import Problem
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.followed_jobs import Followed, Job, follow
from barline_gateway.reporting.forms.fields import followed_tickers
from barline_gateway.reporting.forms.run_choices import RunForm, written
from barline_gateway.reporting.forms.studies import SweepForm, WalkForwardForm
from barline_gateway.reporting.pages import is_htmx
from barline_gateway.reporting.problems import PageProblem, from_document, from_problem
from barline_gateway.reporting.recent_studies import Kind, RecentStudy, keep, recent
from barline_gateway.reporting.schemas import STUDY, read
from barline_gateway.reporting.views.analysis import refused


class Study(Protocol):
    """Either kind of result, or only its job while there is none."""

    @property
    def id(self) -> str: ...
    @property
    def job(self) -> Job: ...
    @property
    def parameters(self) -> Mapping[str, object]: ...
    @property
    def grid(self) -> Mapping[str, object]: ...


Found = TypeVar("Found", bound=Study)


@dataclass(frozen=True, slots=True)
class Pages:
    """Of one kind of study: its form, the folder of its templates, and where the service takes it."""

    kind: Kind
    form: type[SweepForm] | type[WalkForwardForm]
    folder: str
    service_path: str


def form_page(request: HttpRequest, pages: Pages) -> HttpResponse:
    """The form; when it is posted, the job is started and its page shown."""
    posted = request.method == "POST"
    values = request.POST.dict() if posted else request.GET.dict()
    form = pages.form(values, tickers=followed_tickers(), run=posted)
    outcome = order(request, form, pages) if posted else {}
    if isinstance(outcome, HttpResponse):
        return outcome
    earlier = recent(request.session, pages.kind)
    return show(request, pages.folder, {"form": form, "earlier": earlier} | outcome)


def order(
    request: HttpRequest, form: SweepForm | WalkForwardForm, pages: Pages
) -> HttpResponse | dict[str, object]:
    """Start the job and go to where its result will be; or what stands in the way."""
    if not form.is_valid():
        return {}
    try:
        answer = ask(request, "backtest", pages.service_path, method="POST", json=form.body())
        ordered = read(STUDY, answer)
    except PageProblem as problem:
        return refused(request, form, problem)
    except Problem as problem:
        return refused(request, form, from_problem(problem))
    there = reverse(f"reporting:{pages.kind}-result", args=[ordered.id])
    address = f"{there}?{urlencode(form.query())}"
    follow(request.session, Followed(ordered.job.id, form.title, (), address))
    keep(request.session, RecentStudy(pages.kind, form.title, form.windows_in_words, address))
    return redirect(address)


def study_of(
    request: HttpRequest, shape: TypeAdapter[Found], path: str, **params: str
) -> tuple[Found, dict[str, object]]:
    """The study, and what the page says of its job while it runs or when it failed."""
    found = read(shape, ask(request, "backtest", path, params=params))
    job = found.job
    if not job.is_over:
        shown_at = request.get_full_path()
        return found, {"followed": Followed(job.id, "Computing", (), shown_at)}
    return found, {"problem": from_document(job.problem)} if job.problem else {}


def show(request: HttpRequest, folder: str, context: Mapping[str, object]) -> HttpResponse:
    """The whole page, or for htmx the result alone."""
    part = "result" if is_htmx(request) else "page"
    problem = context.get("problem")
    ordering = request.method == "POST" and isinstance(problem, PageProblem)
    status = problem.status if ordering and isinstance(problem, PageProblem) else 200
    return render(request, f"reporting/{folder}/{part}.html", dict(context), status=status)


def form_values(study: Study, **symbols: str) -> dict[str, object]:
    """The study's own choices as its form has them: there the last window of a range counts."""
    values: dict[str, object] = {**study.parameters, **symbols}
    for side, ends in study.grid.items():
        if isinstance(ends, Mapping):
            start, stop, step = (int(str(ends[name])) for name in ("start", "stop", "step"))
            last = range(start, stop, step)[-1]
            values |= {f"{side}_start": start, f"{side}_stop": last, f"{side}_step": step}
    return {name: value for name, value in values.items() if value is not None}


def cell_query(parameters: Mapping[str, object], symbol: str) -> dict[str, str]:
    """A backtest of one cell, all but its windows, as the query of the backtest page."""
    shared = {name: parameters.get(name) for name in RunForm.base_fields}
    known = {name: written(value) for name, value in shared.items() if value is not None}
    return {"symbol": symbol, **known}
