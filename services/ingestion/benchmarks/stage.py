"""The ground the benchmarks run on: a durable PostgreSQL of its own, migrated, with made-up bars."""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import text

from barline_core.db import Database, connect
from barline_core.embedded import EmbeddedPostgres
from barline_core.logs import configure_logs
from barline_core.migrate import migrate
from barline_ingestion.bar_payload import Bars

SESSIONS = 5040  # twenty years
LOADED_AT_ONCE = 4032  # of a filled symbol's sessions
FIRST_FILLED = 10_000
BY_SYMBOL = """
INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume, known_from)
SELECT :first + 2 * (n / :loaded), DATE '2004-01-01' + n % :loaded, 1, 2, 0.5, 1.5, 1000, now()
FROM generate_series(0, :symbols * :loaded - 1) AS n
"""
BY_DAY = """
INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume, known_from)
SELECT :first + 2 * (n % :symbols), DATE '2004-01-01' + :loaded + n / :symbols,
       1, 2, 0.5, 1.5, 1000, now()
FROM generate_series(0, :symbols * :daily - 1) AS n
"""


@dataclass(frozen=True, slots=True)
class Stage:
    url: str
    database: Database
    postgres: EmbeddedPostgres


def log_to_stderr() -> None:
    """Standard output is for the figures alone."""
    with redirect_stdout(sys.stderr):
        configure_logs(service="benchmark", level="error", log_format="json")


@contextmanager
def stage() -> Iterator[Stage]:
    """An empty database, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="barline-bench-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder) / "postgres", password=secrets.token_hex(8))
        url = postgres.url(postgres.start())
        try:
            migrate(url)
            database = connect(url)
            yield Stage(url, database, postgres)
            database.close()
        finally:
            postgres.stop()


@contextmanager
def beside(ground: Stage) -> Iterator[Stage]:
    """Another empty database on the same server."""
    with ground.database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.execute(text("CREATE DATABASE beside"))
    url = ground.url.rpartition("/")[0] + "/beside"
    migrate(url)
    database = connect(url)
    yield Stage(url, database, ground.postgres)
    database.close()


def made_up_bars(seed: int) -> Bars:
    """Twenty years of bars of a share that wanders."""
    random = np.random.default_rng(seed)
    close = np.round(100.0 * np.exp(np.cumsum(random.normal(0.0, 0.01, SESSIONS))), 4)
    first = np.datetime64("2004-01-01")
    days = np.arange(first, first + 8000, dtype="datetime64[D]")
    return Bars(
        date=days[np.is_busday(days)][:SESSIONS],
        open=close,
        high=close + 1.0,
        low=close - 1.0,
        close=close,
        volume=random.integers(1, 10**8, SESSIONS).astype(np.float64),
        adjusted_close=None,
        dividend=None,
        split=None,
    )


def fill(database: Database, rows: int) -> int:
    """Bars of other symbols, as years of use leave them: four fifths were loaded symbol by symbol,
    the newest fifth came day by day, so that a day's bars of all symbols lie side by side.

    Their ids are even, from FIRST_FILLED on; gives how many symbols they are.
    """
    symbols = max(1, rows // SESSIONS)
    parameters = {
        "first": FIRST_FILLED,
        "symbols": symbols,
        "loaded": LOADED_AT_ONCE,
        "daily": SESSIONS - LOADED_AT_ONCE,
    }
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        # An index is built in a fraction of the time it takes to grow one.
        connection.execute(text("ALTER TABLE market.daily_bar DROP CONSTRAINT pk_daily_bar"))
        for part in (BY_SYMBOL, BY_DAY):
            connection.execute(text(part), parameters)
        connection.execute(
            text(
                "ALTER TABLE market.daily_bar ADD CONSTRAINT pk_daily_bar"
                " PRIMARY KEY (symbol_id, date)"
            )
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE market.daily_bar"))
        connection.execute(text("CHECKPOINT"))
    return symbols
