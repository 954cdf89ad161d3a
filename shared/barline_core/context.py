"""The outermost layer of a service: gives each request an id, logs it once, and lets no exception through."""

import time
from pathlib import Path

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from barline_core import deadline
from barline_core.http_metrics import observe_request
from barline_core.leaving import LAST_ANSWER, about_to_stop
from barline_core.problems import CONTENT_TYPE, InternalError, problem_document
from barline_core.request_ids import REQUEST_ID_HEADER, request_id_of

QUIET_PATHS = frozenset({"/livez", "/readyz"})

log = structlog.get_logger("barline.request")


class RequestContext:
    """ASGI middleware; pure ASGI, because Starlette's base class breaks streaming and context variables."""

    def __init__(self, app: ASGIApp, service: str, leaving_sign: Path | None = None) -> None:
        self.app = app
        self.service = service
        self.leaving_sign = leaving_sign

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = request_id_of(headers.get(REQUEST_ID_HEADER))
        patience_s = deadline.given_by(headers.get(deadline.DEADLINE_HEADER))
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0
        started = time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answer_headers = MutableHeaders(scope=message)
                answer_headers[REQUEST_ID_HEADER] = request_id
                if about_to_stop(self.leaving_sign):
                    answer_headers["Connection"] = LAST_ANSWER
            await send(message)

        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            deadline.within(patience_s),
        ):
            try:
                await self.app(scope, receive, send_with_id)
            except Exception:
                log.exception("request.crashed", method=scope["method"], path=scope["path"])
                if status:  # the answer has begun: all that is left is to break the connection
                    raise
                await crash_answer(scope["path"], request_id)(scope, receive, send_with_id)
            if scope["path"] not in QUIET_PATHS:
                took_s = time.perf_counter() - started
                observe_request(self.service, scope["method"], route_of(scope), status, took_s)
                log.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=status,
                    duration_ms=round(took_s * 1000, 1),
                )


def route_of(scope: Scope) -> str | None:
    """The template of the route that answered, never the path itself: there are endlessly many of those."""
    template: str | None = getattr(scope.get("route"), "path_format", None)
    return template


def crash_answer(path: str, request_id: str) -> JSONResponse:
    """A bare 500 that shows nothing but the id under which the log has the traceback."""
    document = problem_document(
        InternalError,
        detail="Something went wrong here; the log has the details under this request id.",
        instance=path,
        request_id=request_id,
    )
    return JSONResponse(document, status_code=500, media_type=CONTENT_TYPE)
