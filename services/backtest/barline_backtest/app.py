"""Builds the backtest service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from barline_backtest.compilation import take_compiled
from barline_backtest.jobs import QUEUE, SERVICE
from barline_backtest.routes import router
from barline_backtest.settings import BacktestSettings
from barline_backtest.warm_up import warm_up
from barline_core.job_routes import job_routes
from barline_core.service import create_app as create_service

CALLERS = ("gateway", "reports")


@asynccontextmanager
async def compiled_before_the_first_request(app: FastAPI) -> AsyncIterator[None]:
    """Milliseconds when the machine code is cached on disk, a few seconds when it has to be made."""
    settings: BacktestSettings = app.state.settings
    take_compiled(settings.compiled_kernels_dir)
    await run_in_threadpool(warm_up)
    yield


def create_app(settings: BacktestSettings) -> FastAPI:
    """The service; it reads bars, computes, and keeps each owner's runs."""
    return create_service(
        service=SERVICE,
        callers=CALLERS,
        settings=settings,
        routers=[router, job_routes(service=SERVICE, queue=QUEUE)],
        lifespan=compiled_before_the_first_request,
    )
