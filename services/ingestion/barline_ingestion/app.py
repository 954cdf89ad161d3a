"""Builds the ingestion service."""

from fastapi import FastAPI

from barline_core.service import create_app as create_service
from barline_ingestion.jobs import SERVICE
from barline_ingestion.routes import router
from barline_ingestion.settings import IngestionSettings


def create_app(settings: IngestionSettings) -> FastAPI:
    """The service; it answers from the database, and its worker does the fetching."""
    return create_service(service=SERVICE, settings=settings, routers=[router])
