"""The progress of a long action, asked for every second while it runs, and its cancel button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from barline_core.problems import NotFound, Problem
from barline_gateway.registry.services import forget_unknown_symbols
from barline_gateway.reporting.asking import ask
from barline_gateway.reporting.followed_jobs import Followed, Job, find, forget
from barline_gateway.reporting.pages import is_htmx, page, target_of
from barline_gateway.reporting.problems import PageProblem, from_document, from_problem
from barline_gateway.reporting.schemas import JOB, read
from barline_gateway.upstream import SERVICES, Service


@require_GET
@page
def job(request: HttpRequest, job_id: str) -> HttpResponse:
    """How far it is: the whole card, or only what moves in it. The card of a job that is over no longer asks again."""
    if target_of(request) == f"progress-{job_id}":
        return render(request, "reporting/jobs/progress.html", look(request, job_id))
    return show(request, job_id, look(request, job_id))


@require_POST
@page
def cancel(request: HttpRequest, job_id: str) -> HttpResponse:
    """Ask the service to stop; what is done already stays done."""
    response = show(request, job_id, look(request, job_id, method="DELETE"))
    return response if is_htmx(request) else redirect("reporting:job", job_id=job_id)


def look(request: HttpRequest, job_id: str, *, method: str = "GET") -> dict[str, object]:
    """`followed`, and `job` as its service says it is; `problem` is why it failed, or why nothing is known of it."""
    context: dict[str, object] = {"followed": find(request.session, job_id)}
    try:
        seen = read(JOB, ask(request, service_of(job_id), f"/jobs/{job_id}", method=method))
    except PageProblem as problem:
        return context | {"problem": problem}
    except Problem as problem:
        return context | {"problem": from_problem(problem)}
    if seen.problem is not None:
        context["problem"] = from_document(seen.problem)
    return context | {"job": seen}


def show(request: HttpRequest, job_id: str, context: dict[str, object]) -> HttpResponse:
    """The card. A job that ended, or that nobody knows, is no longer followed; one that is lost is asked for again."""
    template = "reporting/jobs/job.html" if is_htmx(request) else "reporting/jobs/page.html"
    response = render(request, template, context)
    seen, followed, problem = (context.get(name) for name in ("job", "followed", "problem"))
    if isinstance(seen, Job) and seen.is_over:
        forget_unknown_symbols()
        forget(request.session, job_id)
        study = isinstance(followed, Followed) and followed.shown_at
        trigger_client_event(response, "study-over" if study else "symbols-changed")
    elif seen is None and isinstance(problem, PageProblem) and not problem.is_passing:
        forget(request.session, job_id)
    return response


def service_of(job_id: str) -> Service:
    """The service that runs the job: its id begins with the name."""
    for service in SERVICES:
        if job_id.startswith(f"{service}-"):
            return service
    raise NotFound(f"There is no job {job_id}.")
