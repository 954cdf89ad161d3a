"""What every page has in common: one must be signed in, and a problem becomes a page or a part of one."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from barline_core.problems import Problem
from barline_gateway.errors import problem_of
from barline_gateway.reporting.problems import PageProblem, from_problem

View = ParamSpec("View")

USUAL_FRAME, PLAIN_FRAME = "reporting/base.html", "reporting/frame.html"


def page(
    view: Callable[Concatenate[HttpRequest, View], HttpResponse], /
) -> Callable[Concatenate[HttpRequest, View], HttpResponse]:
    """For signed-in people; problems raised inside are shown instead of the page."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: View.args, **kwargs: View.kwargs) -> HttpResponse:
        response = respond(request, *args, **kwargs)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(
            response, ["HX-Request"]
        )  # one address, but a whole page or a part of it
        return response

    def respond(request: HttpRequest, /, *args: View.args, **kwargs: View.kwargs) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                return sign_in_first(request)
            return view(request, *args, **kwargs)
        except PageProblem as problem:
            return problem_page(request, problem)
        except Problem as problem:
            return problem_page(request, from_problem(problem))
        except OperationalError as error:  # so the frame must not ask the database who this is
            return problem_page(request, from_problem(problem_of(error)), frame=PLAIN_FRAME)

    return answer


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, rather than the browser for a whole one."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def target_of(request: HttpRequest) -> str:
    """The id of the part of the page htmx asks for; empty when it asks for a part without one, or does not ask."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return (htmx.target or "") if htmx is not None else ""


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; htmx must move the whole page, not put it into a part."""
    if not is_htmx(request):
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    back = shown_address(request) or "/reporting/"
    there = redirect_to_login(back, resolve_url(settings.LOGIN_URL))
    return HttpResponseClientRedirect(there.url)


def problem_page(
    request: HttpRequest, problem: PageProblem, *, frame: str = USUAL_FRAME
) -> HttpResponse:
    """The whole page that says what went wrong; for htmx only the box that says it."""
    context: dict[str, object] = {"problem": problem, "retry": retry_address(request)}
    template = "reporting/parts/problem.html"
    if not is_htmx(request):
        template, context["frame"] = "reporting/problem.html", frame
    response = render(request, template, context, status=problem.status)
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    return response


def retry_address(request: HttpRequest) -> str:
    """The page to load again; nothing when that would not repeat what failed."""
    if is_htmx(request):
        return shown_address(request)
    return request.get_full_path() if request.method == "GET" else ""


def shown_address(request: HttpRequest) -> str:
    """The page the browser shows while htmx asks for a part of it."""
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    return shown.path + (f"?{shown.query}" if shown.query else "")
