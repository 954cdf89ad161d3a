"""The progress of a long action, asked for every second while it runs, and its cancel button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from barline_core.problems import NotFound, Problem
from barline_gateway.registry.services import forget_unknown_symbols
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.followed_jobs import Followed, find, forget
from barline_gateway.reporting.pages import is_htmx, page
from barline_gateway.reporting.problems import PageProblem, from_document, from_problem
from barline_gateway.reporting.schemas import JOB, read
from barline_gateway.upstream import SERVICES, Service

TEMPLATE = "reporting/jobs/job.html"


@require_GET
@page
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """How far it is. The answer of a job that is over no longer asks again."""
    return show(request, job_id, method="GET")


@require_POST
@page
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    """Ask the service to stop; what is done already stays done."""
    response = show(request, job_id, method="DELETE")
    return response if is_htmx(request) else redirect("reporting:job", job_id=job_id)


def show(request: HttpRequest, job_id: str, *, method: str) -> HttpResponse:
    template = TEMPLATE if is_htmx(request) else "reporting/jobs/page.html"
    context: dict[str, object] = {
        "followed": find(request.session, job_id),
        "cancelling": method == "DELETE",
    }
    try:
        seen = read(JOB, ask(request, service_of(job_id), f"/jobs/{job_id}", method=method))
    except PageProblem as problem:
        return lost(request, context | {"problem": problem}, template)
    except Problem as problem:
        return lost(request, context | {"problem": from_problem(problem)}, template)
    if seen.problem is not None:
        context["problem"] = from_document(seen.problem)
    response = render(request, template, context | {"job": seen})
    if seen.is_over:
        forget_unknown_symbols()
        forget(request.session, job_id)
        study = isinstance(context["followed"], Followed) and context["followed"].shown_at
        trigger_client_event(response, "study-over" if study else "symbols-changed")
    return response


def lost(request: HttpRequest, context: dict[str, object], template: str) -> HttpResponse:
    """The service cannot say how far the job is: ask again later, unless there is no such job."""
    problem = context["problem"]
    if isinstance(problem, PageProblem) and not problem.is_passing:
        forget(request.session, str(getattr(context["followed"], "id", "")))
    return render(request, template, context)


def service_of(job_id: str) -> Service:
    """The service that runs the job: its id begins with the name."""
    for service in SERVICES:
        if job_id.startswith(f"{service}-"):
            return service
    raise NotFound(f"There is no job {job_id}.")
