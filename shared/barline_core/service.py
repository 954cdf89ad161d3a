"""What makes a FastAPI app a Barline service: health, request ids, signed calls, one error language."""

import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Annotated

import structlog
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text

from barline_core import deadline, tracing
from barline_core.context import RequestContext
from barline_core.db import Database, connect
from barline_core.exposition import Reading, expose
from barline_core.logs import configure_logs
from barline_core.problem_answers import answer_with_problems
from barline_core.problems import Unauthenticated
from barline_core.schema_revision import PRESENT, REVISION, check_revision
from barline_core.settings import ServiceSettings
from barline_core.tokens import Caller, load_public_keys
from barline_core.verifying import InvalidToken, Verifier

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
Check = Callable[[FastAPI], None]

GRACEFUL_STOP_S = 25  # below Kubernetes' 30 s between SIGTERM and SIGKILL

log = structlog.get_logger("barline.service")


def create_app(
    *,
    service: str,
    settings: ServiceSettings,
    routers: Sequence[APIRouter],
    callers: Iterable[str] = ("gateway",),
    lifespan: Lifespan | None = None,
    checks: Mapping[str, Check] | None = None,
    readings: Sequence[Reading] = (),
) -> FastAPI:
    """A service named `service`, which answers `callers` only.

    `checks` are run by /readyz and raise a Problem when not ready; `readings` are measured when metrics are asked for.
    Handlers find `settings` and `database` in `app.state`.
    """
    tracing.start(service, settings.otel_exporter_otlp_endpoint)
    configure_logs(service=service, level=settings.log_level, log_format=settings.log_format)
    database = connect(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        application_name=f"barline-{service}",
    )
    app = FastAPI(
        title=f"Barline {service}",
        lifespan=whole_life(database, lifespan),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry=tracing.OF_FASTAPI,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.readings = readings
    app.state.verifier = verifier_of(service, callers, settings)
    app.state.checks = {"database": check_database, **(checks or {})}
    app.add_middleware(RequestContext, service=service, leaving_sign=settings.leaving_sign)
    answer_with_problems(app)
    app.include_router(health)
    for router in routers:
        app.include_router(router, dependencies=[Depends(get_caller)])
    return app


def whole_life(database: Database, inner: Lifespan | None) -> Lifespan:
    """The service's own `inner` life, and then the end of its connections."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.callback(database.close)
            if inner is not None:
                await stack.enter_async_context(inner(app))
            yield

    return life


def verifier_of(service: str, callers: Iterable[str], settings: ServiceSettings) -> Verifier:
    """Only the keys of those who may call: the others' tokens are as good as unsigned here."""
    keys = load_public_keys(settings.internal_keys_dir)
    return Verifier(service, {name: keys[name] for name in callers if name in keys})


def serve(app: FastAPI) -> None:
    """Run one process of the service until SIGTERM, letting requests in flight finish; the exit code is 0 then."""
    settings: ServiceSettings = app.state.settings
    expose(settings, app.state.database, app.state.readings)
    # Uvicorn finishes first, and then raises the signal again for whoever set a handler before it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
    )


async def get_caller(request: Request) -> Caller:
    """Who signed this call. Anything without a valid token is refused."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    verifier: Verifier = request.app.state.verifier
    try:
        if scheme.lower() != "bearer":
            raise InvalidToken("no bearer token")
        verified = verifier.verify(token, request.method, target_of(request))
        if verified.body_digest is not None:
            verified.check_body(await request.body())
    except InvalidToken as error:
        log.warning("call.refused", reason=str(error))
        raise Unauthenticated(
            "This service answers signed internal calls only; use the gateway's public routes.",
            headers={"WWW-Authenticate": "Bearer"},
        ) from error
    deadline.check()
    return verified.caller


def target_of(request: Request) -> bytes:
    """Path and query as they were sent."""
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path + b"?" + query if query else path


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
    """It answers, and its schema is this release's or a newer one's."""
    database: Database = app.state.database
    with database.transaction() as session:
        present = session.scalar(text(PRESENT))
        check_revision(session.scalar(text(REVISION)) if present else None)
