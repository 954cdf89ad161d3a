"""What makes a FastAPI app a Barline service: health, request ids, signed calls, one error language."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import Annotated

import structlog
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from barline_core.context import RequestContext
from barline_core.db import Database, connect
from barline_core.logs import configure_logs
from barline_core.problems import (
    CONTENT_TYPE,
    FieldError,
    InvalidInput,
    MethodNotAllowed,
    NotFound,
    Problem,
    ServiceUnavailable,
    Unauthenticated,
)
from barline_core.settings import ServiceSettings
from barline_core.tokens import Caller, InvalidToken, Verifier, load_public_keys

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Check = Callable[[FastAPI], None]

GRACEFUL_STOP_S = 25  # below Kubernetes' 30 s between SIGTERM and SIGKILL

log = structlog.get_logger("barline.service")


def create_app(
    *,
    service: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    lifespan: Lifespan | None = None,
    checks: Mapping[str, Check] | None = None,
) -> FastAPI:
    """A service named `service`. `checks` are run by /readyz and raise a Problem when not ready.

    Handlers find `settings` and `database` in `app.state`.
    """
    configure_logs(service=service, level=settings.log_level, log_format=settings.log_format)
    database = connect(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        application_name=f"barline-{service}",
    )

    @asynccontextmanager
    async def whole_life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(database.close)
            if lifespan is not None:
                await stack.enter_async_context(lifespan(app))
            yield

    app = FastAPI(
        title=f"Barline {service}",
        lifespan=whole_life,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.verifier = Verifier(service, load_public_keys(settings.internal_keys_dir))
    app.state.checks = {"database": check_database, **(checks or {})}
    app.add_middleware(RequestContext)
    app.add_exception_handler(Problem, answer_problem)
    app.add_exception_handler(RequestValidationError, answer_invalid_input)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_exception_handler(OperationalError, answer_database_down)
    app.add_exception_handler(PoolTimeoutError, answer_database_down)
    app.include_router(health)
    for router in routers:
        app.include_router(router, dependencies=[Depends(get_caller)])
    return app


def serve(app: FastAPI) -> None:
    """Run one process of the service until SIGTERM, letting requests in flight finish."""
    settings: ServiceSettings = app.state.settings
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
    )


def get_caller(request: Request) -> Caller:
    """Who signed this call. Anything without a valid token is refused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    verifier: Verifier = request.app.state.verifier
    try:
        if scheme.lower() != "bearer":
            raise InvalidToken("no bearer token")
        return verifier.verify(token)
    except InvalidToken as error:
        log.warning("call.refused", reason=str(error))
        raise Unauthenticated(
            "This service answers signed internal calls only; use the gateway's public routes.",
            headers={"WWW-Authenticate": "Bearer"},
        ) from error


CallerDep = Annotated[Caller, Depends(get_caller)]

health = APIRouter()


@health.get("/livez")
async def livez() -> Response:
    """The process is alive; touches nothing."""
    return JSONResponse({"status": "ok"})


@health.get("/readyz")
def readyz(request: Request) -> Response:
    """The process can do its work: every check passes."""
    for check in request.app.state.checks.values():
        check(request.app)
    return JSONResponse({"status": "ok"})


def check_database(app: FastAPI) -> None:
    database: Database = app.state.database
    with database.transaction() as session:
        session.execute(text("SELECT 1"))


def problem_answer(request: Request, problem: Problem) -> JSONResponse:
    document = problem.document(
        instance=request.url.path, request_id=request.scope["state"]["request_id"]
    )
    return JSONResponse(
        document,
        status_code=problem.status,
        media_type=CONTENT_TYPE,
        headers=dict(problem.headers),
    )


async def answer_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - what Starlette's handler type cannot say
    return problem_answer(request, error)


async def answer_invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - what Starlette's handler type cannot say
    errors = tuple(field_errors(error.errors()))
    names = ", ".join(dict.fromkeys(one.parameter or one.pointer or "body" for one in errors))
    return problem_answer(request, InvalidInput(f"Please correct: {names}.", errors=errors))


def field_errors(errors: Iterable[Mapping[str, object]]) -> Iterable[FieldError]:
    """FastAPI's validation errors in our words: where, and what to do."""
    for error in errors:
        location = error["loc"]
        assert isinstance(location, tuple)  # noqa: S101 - FastAPI always gives a tuple
        where, *path = (str(part) for part in location)
        detail = str(error["msg"]).removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            detail = "There is no such parameter."
        elif error["type"] == "json_invalid":
            yield FieldError("The body is not valid JSON.", pointer="")
            continue
        if where == "body":
            yield FieldError(detail, pointer="".join(f"/{part}" for part in path))
        else:
            yield FieldError(detail, parameter=".".join(path) or where)


async def answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what Starlette's handler type cannot say
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem: Problem = MethodNotAllowed(
            f"{request.method} is not possible here.", headers=error.headers or {}
        )
    elif error.status_code == HTTPStatus.NOT_FOUND:
        problem = NotFound(f"There is nothing at {request.url.path}.")
    else:
        problem = InvalidInput(str(error.detail))
    return problem_answer(request, problem)


async def answer_database_down(request: Request, error: Exception) -> Response:
    log.error("database.unavailable", error=type(error).__name__)
    return problem_answer(request, ServiceUnavailable("The database does not answer; try again."))
