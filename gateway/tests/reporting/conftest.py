"""A signed-in person's browser, and the real services behind the pages, on the gateway's own database."""

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bokeh_sampledata.stocks import MSFT

from barline_core.testing import serving

if TYPE_CHECKING:
    from barline_gateway.registry.models import Symbol
    from barline_sandbox.exchange import Exchange

SESSIONS = 800


def forget_client() -> None:
    """The gateway connects anew, to wherever it is told then."""
    from barline_gateway import upstream

    if upstream._client.cache_info().currsize:
        upstream._client().close()
    upstream._client.cache_clear()


@contextmanager
def reaching(urls: Mapping[str, str]) -> Iterator[None]:
    """The gateway finds its services at these addresses."""
    from django.conf import settings
    from django.test import override_settings

    forget_client()
    with override_settings(ENVIRONMENT=settings.ENVIRONMENT.model_copy(update=dict(urls))):
        yield
        forget_client()


@pytest.fixture(scope="session")
def service_urls(django_ready: None, internal_keys_dir: Path) -> Iterator[dict[str, str]]:
    """Ingestion (without its worker), backtest and reports, running on the gateway's database."""
    from barline_backtest.app import create_app as backtest
    from barline_backtest.settings import BacktestSettings
    from barline_ingestion.app import create_app as ingestion
    from barline_ingestion.settings import IngestionSettings
    from barline_reports.app import create_app as reports
    from barline_reports.settings import ReportsSettings

    common = {"database_url": os.environ["DATABASE_URL"], "internal_keys_dir": internal_keys_dir}
    with ExitStack() as stack:
        urls = {
            "ingestion_url": stack.enter_context(serving(ingestion(IngestionSettings(**common)))),
            "backtest_url": stack.enter_context(serving(backtest(BacktestSettings(**common)))),
        }
        reports_settings = ReportsSettings(backtest_url=urls["backtest_url"], **common)
        urls["reports_url"] = stack.enter_context(serving(reports(reports_settings)))
        yield urls


@pytest.fixture
def services(service_urls: dict[str, str]) -> Iterator[None]:
    """The services are there, reached over HTTP as in an installation."""
    with reaching(service_urls):
        yield


@pytest.fixture
def work_through(services: None) -> Callable[[], None]:
    """Call it to have a worker do every sweep and walk-forward that waits."""
    from barline_backtest.sweeping import Workplace
    from barline_backtest.tasks import build_tasks
    from barline_core.db import connect
    from barline_core.queue import working_app

    async def work() -> None:
        url = os.environ["DATABASE_URL"]
        database = connect(url, pool_size=1, application_name="test-worker")
        app = working_app(url, build_tasks(Workplace(database, 1)), namespace="backtest")
        async with app.open_async():
            await app.run_worker_async(
                queues=["backtest"], wait=False, install_signal_handlers=False
            )
        database.close()

    return lambda: asyncio.run(work())


@pytest.fixture
def upstream(django_ready: None, internal_keys_dir: Path) -> "Iterator[Exchange]":
    """Ingestion in front of the sandbox, whose requests and moods a test can see and set."""
    from barline_ingestion.app import create_app
    from barline_ingestion.settings import IngestionSettings
    from barline_sandbox.app import create_app as sandbox
    from barline_sandbox.exchange import Exchange
    from barline_sandbox.history import real_history

    exchange = Exchange(real_history())
    with serving(sandbox(exchange)) as url:
        settings = IngestionSettings(
            database_url=os.environ["DATABASE_URL"],
            internal_keys_dir=internal_keys_dir,
            alpha_vantage_base_url=url,
            alpha_vantage_api_key="K3Y7SECRET9QX2ZW",
            upstream_backoff_s=0.005,
        )
        with serving(create_app(settings)) as ingestion, reaching({"ingestion_url": ingestion}):
            yield exchange
    forget_searches()


def forget_searches() -> None:
    """Neither answers kept for a week nor a spent day reach the next test."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE market.symbol_search, market.upstream_call")


@pytest.fixture
def services_down(django_ready: None) -> Iterator[None]:
    """Every service's address leads nowhere."""
    names = ("ingestion_url", "backtest_url", "prediction_url", "reports_url")
    with reaching(dict.fromkeys(names, "http://127.0.0.1:1")):
        yield


@pytest.fixture
def msft(clean_database: None) -> "Iterator[Symbol]":
    """MSFT with real raw bars, one split and one dividend."""
    from django.db import connection

    from barline_gateway.registry.models import Symbol

    symbol = Symbol.objects.create(ticker="MSFT", name="Microsoft", currency="USD")
    now = datetime.now(UTC)
    columns = [MSFT[name][:SESSIONS] for name in ("date", "open", "high", "low", "close", "volume")]
    days = sorted(date.fromisoformat(day) for day in columns[0])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO daily_bar (symbol_id, date, open, high, low, close, volume, known_from)"
            " SELECT %s, day, open, high, low, close, volume, %s"
            " FROM unnest(%s::date[], %s::float[], %s::float[], %s::float[], %s::float[], %s::bigint[])"
            " AS bars(day, open, high, low, close, volume)",
            (symbol.pk, now, *columns),
        )
        cursor.execute(
            "INSERT INTO corporate_action (symbol_id, ex_date, kind, known_at, value)"
            " VALUES (%s, '2003-02-18', 'split', %s, 2), (%s, '2003-02-19', 'dividend', %s, 0.08)",
            (symbol.pk, now, symbol.pk, now),
        )
        cursor.execute(
            "INSERT INTO symbol_status (symbol_id, state, first_date, last_date, sessions,"
            " missing_sessions, actions_known, findings, data_version, last_success_at)"
            " VALUES (%s, 'ready', %s, %s, %s, 3, true, %s, 'abc', %s)",
            (
                symbol.pk,
                days[0],
                days[-1],
                len(days),
                '[{"id": "zero-volume", "severity": "info", "message": "No share was traded."}]',
                now,
            ),
        )
    yield symbol
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM daily_bar WHERE symbol_id = %s", (symbol.pk,))
        cursor.execute("DELETE FROM corporate_action WHERE symbol_id = %s", (symbol.pk,))
