"""Fixtures of the prediction service's tests."""

from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from bokeh_sampledata.stocks import IBM
from fastapi import FastAPI

from barline_core.db import Database
from barline_core.testing import InternalClient
from barline_prediction.app import create_app
from barline_prediction.artefact import LoadedModel, load_model
from barline_prediction.intervals import Floats
from barline_prediction.pins import DEFAULT_VERSION
from barline_prediction.settings import PredictionSettings

from .stored_bars import store_closes

MARKET_DATE = date(2013, 3, 2)  # the day after the last bar of the sample


@pytest.fixture(scope="session")
def loaded() -> LoadedModel:
    """The model Barline ships."""
    return load_model(DEFAULT_VERSION)


@pytest.fixture(scope="session")
def ibm() -> tuple[list[date], Floats]:
    """Real raw closes of 2000 to 2013, a period without splits."""
    rows = sorted(zip(IBM["date"], IBM["close"], strict=True))
    return [date.fromisoformat(day) for day, _ in rows], np.array([close for _, close in rows])


@pytest.fixture(scope="module")
def settings(database_url: str, internal_keys_dir: Path) -> PredictionSettings:
    return PredictionSettings(
        database_url=database_url, internal_keys_dir=internal_keys_dir, market_date=MARKET_DATE
    )


@pytest.fixture(scope="module")
def app(settings: PredictionSettings) -> FastAPI:
    """The real service on the module's database."""
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app: FastAPI, internal_client: InternalClient) -> httpx.Client:
    """A reader, calling through the gateway."""
    return internal_client(app, service="prediction", user_id=1, scope="read")


@pytest.fixture(scope="module")
def ibm_stored(database: Database, ibm: tuple[list[date], Floats]) -> None:
    """IBM's real raw closes in the module's database."""
    with database.transaction() as session:
        store_closes(session, "IBM", *ibm)
