"""The gateway's outermost layers: an id and a log line for each request, and a limit on bodies."""

import re
import time
from collections.abc import Callable
from functools import cache

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from barline_core.http_metrics import observe_request
from barline_core.leaving import LAST_ANSWER, about_to_stop
from barline_core.problems import InvalidInput
from barline_core.request_ids import REQUEST_ID_HEADER, request_id_of
from barline_gateway.accounts.throttles import COUNT_KEY, rate_headers
from barline_gateway.bodies import limit_of, too_large
from barline_gateway.errors import page_or_problem

GetResponse = Callable[[HttpRequest], HttpResponseBase]
QUIET_PATHS = ("/livez", "/readyz", "/static/")

log = structlog.get_logger("barline.request")


class RequestContextMiddleware:
    """Gives each request an id that travels to the services, and logs it once."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = request_id_of(request.headers.get(REQUEST_ID_HEADER))
        request.META["barline.request_id"] = request_id
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            response.headers[REQUEST_ID_HEADER] = request_id
            if about_to_stop(settings.ENVIRONMENT.leaving_sign):
                response.headers["Connection"] = LAST_ANSWER
            if COUNT_KEY in request.META:
                for name, value in rate_headers(request.META[COUNT_KEY]).items():
                    response.headers[name] = value
            if not request.path.startswith(QUIET_PATHS):
                took_s = time.perf_counter() - started
                observe_request(
                    "gateway", request.method, route_of(request), response.status_code, took_s
                )
                log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    status=response.status_code,
                    duration_ms=round(took_s * 1000, 1),
                )
        return response


def route_of(request: HttpRequest) -> str | None:
    """The template of the route that answered, as people write it; None when none did."""
    match = request.resolver_match
    return None if match is None or match.route is None else template_of(match.route)


@cache
def template_of(pattern: str) -> str:
    """`back_test/runs/(?P<run_id>[^/]+)/?$` as `/back_test/runs/{run_id}`. There are as many as there are routes."""
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", r"{\1\2}", pattern)
    return "/" + named.translate({ord(sign): None for sign in "^$?"}).strip("/")


class BodyLimitMiddleware:
    """Refuses a body over the limit before anybody reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        announced = request.headers.get("Content-Length") or "0"
        if not (announced.isascii() and announced.isdigit() and len(announced) < 20):
            return page_or_problem(
                request, InvalidInput("Content-Length is not a number of bytes.")
            )
        length = int(announced)
        limit = limit_of(request.path)
        if length > limit:
            return page_or_problem(request, too_large(limit, length))
        return self.get_response(request)
