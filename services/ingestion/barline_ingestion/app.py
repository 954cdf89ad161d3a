"""Builds the ingestion service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from barline_core.job_routes import job_routes
from barline_core.service import create_app as create_service
from barline_ingestion.budget_readings import budget_readings
from barline_ingestion.import_routes import router as import_router
from barline_ingestion.jobs import SERVICE
from barline_ingestion.provider import open_provider
from barline_ingestion.routes import router
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.world import World


def create_app(settings: IngestionSettings) -> FastAPI:
    """The service; it answers from the database, and its worker does the fetching.

    Only a search asks the upstream from here: somebody waits for it, and it stores no bar.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        provider = open_provider(settings, app.state.database)
        app.state.world = World(app.state.database, provider, settings.market_clock)
        try:
            yield
        finally:
            provider.client.close()

    return create_service(
        service=SERVICE,
        settings=settings,
        routers=[router, import_router, job_routes(service=SERVICE, queue=QUEUE)],
        lifespan=lifespan,
        readings=budget_readings(settings),
    )
