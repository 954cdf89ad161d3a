"""Every error of the gateway as an RFC 9457 problem, whoever raised it."""

import sys
from collections.abc import Iterable, Mapping

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from rest_framework import exceptions
from rest_framework.response import Response

from barline_core.problems import (
    CONTENT_TYPE,
    FieldError,
    Forbidden,
    InternalError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooManyRequests,
    Unauthenticated,
)

PAGE_PREFIXES = ("/reporting", "/admin", "/api/docs")

log = structlog.get_logger("barline.errors")


class UnsupportedMediaType(Problem):
    type = "unsupported-media-type"
    title = "The body is of a type that is not understood"
    status = 415


class DatabaseUnavailable(Problem):
    type = "service-unavailable"
    title = "Not available now"
    status = 503


def problem_response(request: HttpRequest, problem: Problem) -> JsonResponse:
    """The answer that carries `problem`."""
    document = problem.document(
        instance=request.path, request_id=request.META.get("barline.request_id", "")
    )
    return JsonResponse(
        document,
        status=problem.status,
        content_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


def answer_exception(error: Exception, context: Mapping[str, object]) -> Response | HttpResponse:
    """DRF's exception handler: known errors become their problem; others are logged, and a bare 500."""
    view_request = context["request"]
    request: HttpRequest = view_request._request  # type: ignore[attr-defined]  # noqa: SLF001 - DRF's way to Django's own
    problem = problem_of(error)
    if isinstance(problem, InternalError):
        log.error("request.crashed", path=request.path, exc_info=error)
    return problem_response(request, problem)


def problem_of(error: Exception) -> Problem:  # noqa: C901, PLR0911, PLR0912 - one line for each kind of error
    """The problem that an exception of ours, DRF's or Django's stands for."""
    match error:
        case Problem():
            return error
        case exceptions.ValidationError():
            errors = tuple(field_errors(error.detail))
            names = ", ".join(dict.fromkeys(one.pointer or "the body" for one in errors))
            return InvalidInput(f"Please correct: {names}.", errors=errors)
        case exceptions.ParseError():
            wrong = FieldError("The body is not valid JSON.", pointer="")
            return InvalidInput("The body cannot be read.", errors=(wrong,))
        case exceptions.NotAuthenticated():
            return unauthenticated(
                "Send an API key as `Authorization: Bearer <key>`, or sign in at /reporting/."
            )
        case exceptions.AuthenticationFailed():
            return unauthenticated(str(error.detail))
        case exceptions.PermissionDenied() | PermissionDenied():
            return Forbidden(str(error) or "This is not allowed with these credentials.")
        case exceptions.MethodNotAllowed():
            return MethodNotAllowed(str(error.detail))
        case exceptions.UnsupportedMediaType():
            return UnsupportedMediaType(str(error.detail))
        case exceptions.Throttled():
            wait_s = max(1, round(getattr(error, "wait", None) or 1))
            detail = f"Too many requests with these credentials; try again in {wait_s} s."
            return TooManyRequests(detail, headers={"Retry-After": str(wait_s)})
        case Http404() | exceptions.NotFound():
            return NotFound("There is nothing at this address.")
        case BadRequest() | SuspiciousOperation():
            return InvalidInput(str(error))
        case OperationalError():
            log.error("database.unavailable")
            return DatabaseUnavailable(
                "The database does not answer; try again.", headers={"Retry-After": "5"}
            )
        case _:
            return InternalError(
                "Something went wrong here; the log has the details under this request id."
            )


def unauthenticated(detail: str) -> Unauthenticated:
    return Unauthenticated(detail, headers={"WWW-Authenticate": "Bearer"})


def field_errors(detail: object, pointer: str = "") -> Iterable[FieldError]:
    """DRF's nested validation errors, flat, each with the JSON pointer of what is wrong."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            step = "" if name == "non_field_errors" else f"/{name}"
            yield from field_errors(inner, pointer + step)
    elif isinstance(detail, list):
        for inner in detail:
            yield from field_errors(inner, pointer)
    else:
        yield FieldError(str(detail), pointer=pointer)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return page_or_problem(request, problem_of(exception or Http404()))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is handled; Django has logged the traceback.

    A database that is away may be noticed before any view, by who asks for the session: that is no fault of ours.
    """
    error = sys.exception()
    return page_or_problem(
        request, problem_of(error if isinstance(error, Exception) else RuntimeError())
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400; a disallowed host must not be echoed."""
    return page_or_problem(request, InvalidInput("The request cannot be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return page_or_problem(request, problem_of(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form that is not ours, or a page open for too long."""
    return page_or_problem(
        request, Forbidden("This form is out of date: reload the page and send it again.")
    )


def is_page(request: HttpRequest) -> bool:
    """Whether the address is a person's and not a program's."""
    return request.path.startswith(PAGE_PREFIXES)


def page_or_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the form its reader expects: a page for people, a document for programs."""
    if is_page(request):
        response = render(
            request, "reporting/problem.html", {"problem": problem}, status=problem.status
        )
        for name, value in problem.headers.items():
            response.headers[name] = value
        return response
    return problem_response(request, problem)
