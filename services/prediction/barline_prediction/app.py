"""Builds the prediction service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from barline_core.job_routes import job_routes
from barline_core.service import create_app as create_service
from barline_prediction.artefact import MODELS
from barline_prediction.jobs import QUEUE, SERVICE
from barline_prediction.ledger_readings import LEDGER
from barline_prediction.routes import router
from barline_prediction.serving import check_model, open_model
from barline_prediction.settings import PredictionSettings

CALLERS = ("gateway", "reports")


def create_app(settings: PredictionSettings, *, models: Path = MODELS) -> FastAPI:
    """The service; `models` is the folder whose pinned pickle it serves."""

    @asynccontextmanager
    async def with_model(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(open_model, app, settings.model_version, models)
        yield

    return create_service(
        service=SERVICE,
        callers=CALLERS,
        settings=settings,
        routers=[router, job_routes(service=SERVICE, queue=QUEUE)],
        lifespan=with_model,
        checks={"model": check_model},
        readings=LEDGER,
    )
