"""Builds the reports service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from barline_core.service import create_app as create_service
from barline_reports.answers import refusal_answer
from barline_reports.edition import edition
from barline_reports.printing import Printer
from barline_reports.renderer import Renderer, RenderLimits
from barline_reports.routes import router
from barline_reports.settings import ReportsSettings
from barline_reports.upstream import Refused, Upstream

SERVICE = "reports"


def create_app(settings: ReportsSettings) -> FastAPI:
    """The service; it asks the backtest and the prediction service for results and keeps what it made of them."""
    app = create_service(
        service=SERVICE, settings=settings, routers=[router], lifespan=warm_renderer
    )
    limits = RenderLimits(
        drawing_s=settings.render_timeout_s / 3,
        report_s=settings.render_timeout_s,
        queue_s=settings.render_queue_s,
    )
    app.state.upstream = Upstream(settings)
    app.state.printer = Printer(
        database=app.state.database,
        renderer=Renderer(settings.chromium_path or None, limits),
        edition=edition(),
        report_limit_s=limits.report_s,
    )
    app.add_exception_handler(Refused, answer_refusal)
    return app


@asynccontextmanager
async def warm_renderer(app: FastAPI) -> AsyncIterator[None]:
    """The rendering process starts with the service, so that the first report does not wait for Chromium."""
    printer: Printer = app.state.printer
    printer.renderer.start()
    yield
    printer.renderer.close()
    app.state.upstream.close()


async def answer_refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)  # noqa: S101 - what Starlette's handler type cannot say
    return refusal_answer(error)
