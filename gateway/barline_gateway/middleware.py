"""The gateway's outermost layers: an id and a log line for each request, and a limit on bodies."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from barline_core.problems import TooLarge
from barline_core.request_ids import REQUEST_ID_HEADER, request_id_of
from barline_gateway.errors import page_or_problem

GetResponse = Callable[[HttpRequest], HttpResponseBase]
UPLOAD_PATHS = tuple(
    path + slash for path in ("/financial_data/import", "/reporting/import") for slash in ("", "/")
)
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
            if not request.path.startswith(QUIET_PATHS):
                log.info(
                    "request",
                    method=request.method,
                    path=request.path,
                    status=response.status_code,
                    duration_ms=round((time.perf_counter() - started) * 1000, 1),
                )
        return response


class BodyLimitMiddleware:
    """Refuses a body over the limit before anybody reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.body_bytes: int = settings.ENVIRONMENT.max_body_bytes
        self.upload_bytes: int = settings.ENVIRONMENT.max_upload_bytes

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            length = int(request.headers.get("Content-Length") or 0)
        except ValueError:
            return HttpResponse(status=400)
        limit = self.upload_bytes if request.path in UPLOAD_PATHS else self.body_bytes
        if length > limit:
            detail = f"A body may have {limit:,} bytes at most; this one has {length:,}."
            return page_or_problem(request, TooLarge(detail))
        return self.get_response(request)
