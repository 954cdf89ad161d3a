"""Builds the reports service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from barline_core.service import create_app as create_service
from barline_reports.answers import refusal_answer
from barline_reports.edition import edition
from barline_reports.pool import RenderPool
from barline_reports.printing import Printer
from barline_reports.rendering_process import RenderLimits
from barline_reports.routes import router
from barline_reports.settings import ReportsSettings
from barline_reports.upstream import Refused, Upstream

SERVICE = "reports"


def create_app(settings: ReportsSettings) -> FastAPI:
    """The service; it asks the backtest and the prediction service for results and keeps what it made of them."""
    app = create_service(
        service=SERVICE, settings=settings, routers=[router], lifespan=warm_renderer
    )
    app.state.upstream = Upstream(settings)
    app.state.printer = Printer(
        database=app.state.database,
        pool=render_pool(settings),
        edition=edition(),
        report_limit_s=settings.render_timeout_s,
    )
    app.add_exception_handler(Refused, answer_refusal)
    return app


def render_pool(settings: ReportsSettings) -> RenderPool:
    limits = RenderLimits(
        drawing_s=settings.render_timeout_s / 3,
        report_s=settings.render_timeout_s,
        queue_s=settings.render_queue_s,
        memory_bytes=settings.render_memory_mb * 1_000_000,
    )
    return RenderPool(
        settings.chromium_path or None,
        limits,
        processes=settings.render_processes,
        waiting=settings.render_waiting,
    )


@asynccontextmanager
async def warm_renderer(app: FastAPI) -> AsyncIterator[None]:
    """The rendering process starts with the service, so that the first report does not wait for Chromium."""
    printer: Printer = app.state.printer
    printer.pool.start()
    yield
    printer.pool.close()
    app.state.upstream.close()


async def answer_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - what Starlette's handler type cannot say
    return refusal_answer(error)
