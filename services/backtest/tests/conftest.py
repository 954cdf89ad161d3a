"""Fixtures of the backtest service's tests."""

from datetime import date
from pathlib import Path

import httpx
import pytest
from bokeh_sampledata.stocks import MSFT
from fastapi import FastAPI

from barline_backtest.app import create_app
from barline_backtest.settings import BacktestSettings
from barline_core.db import Database
from barline_core.testing import InternalClient

from .cases import Case
from .slow_loop import Choices
from .stored_bars import store_bars


@pytest.fixture(scope="session")
def msft() -> Case:
    """Real raw bars of 2000 to 2013, with the windows most people try first."""
    bars = sorted(zip(MSFT["date"], MSFT["open"], MSFT["close"], strict=True))
    days, opens, closes = (list(column) for column in zip(*bars, strict=True))
    return Case(
        [date.fromisoformat(day) for day in days],
        opens,
        closes,
        Choices(winbuy=50, winsell=200),
    )


@pytest.fixture(scope="module")
def app(database_url: str, internal_keys_dir: Path) -> FastAPI:
    """The real service on the module's database."""
    settings = BacktestSettings(database_url=database_url, internal_keys_dir=internal_keys_dir)
    return create_app(settings)


@pytest.fixture(scope="module")
def client(app: FastAPI, internal_client: InternalClient) -> httpx.Client:
    """User 1, calling through the gateway."""
    return internal_client(app, service="backtest", user_id=1)


@pytest.fixture(scope="module")
def stranger(app: FastAPI, internal_client: InternalClient) -> httpx.Client:
    """User 2, calling through the gateway."""
    return internal_client(app, service="backtest", user_id=2)


@pytest.fixture(scope="module")
def msft_stored(database: Database, msft: Case) -> None:
    """MSFT's real raw bars, with no corporate actions, so that every price basis is the raw one."""
    with database.transaction() as session:
        store_bars(session, "MSFT", list(zip(msft.days, msft.opens, msft.closes, strict=True)))
