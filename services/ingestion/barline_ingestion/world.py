"""What the worker's tasks work with, opened once a process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from barline_core.clock import MarketClock
from barline_core.db import Database, connect
from barline_ingestion.provider import Provider, open_provider
from barline_ingestion.settings import IngestionSettings


@dataclass(frozen=True, slots=True)
class World:
    """The database, the upstream and the market's clock."""

    database: Database
    provider: Provider
    market_clock: MarketClock


@contextmanager
def open_world(settings: IngestionSettings) -> Iterator[World]:
    """Everything a worker needs, closed at the end."""
    database = connect(
        settings.database_url.get_secret_value(),
        # A task holds the key on one connection and works on another.
        pool_size=max(settings.database_pool_size, 2 * settings.worker_concurrency + 1),
        application_name="barline-ingestion-worker",
    )
    provider = open_provider(settings, database)
    try:
        yield World(database, provider, settings.market_clock)
    finally:
        provider.client.close()
        database.close()
