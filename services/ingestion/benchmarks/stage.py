"""The ground the benchmarks run on: a durable PostgreSQL of its own, migrated, with made-up bars."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import text

from barline_core.db import Database, connect
from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import migrate
from barline_ingestion.bar_payload import Bars

SESSIONS = 5040  # twenty years


@dataclass(frozen=True, slots=True)
class Stage:
    url: str
    database: Database
    postgres: EmbeddedPostgres


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


def fill(database: Database, rows: int) -> None:
    """Bars of other symbols, made by the server itself, spread over its table as real ones are."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(
            text(
                "INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume,"
                " known_from) SELECT 1000000 + n / :sessions,"
                " DATE '2004-01-01' + (n % :sessions)::int, 1, 2, 0.5, 1.5, 1000, now()"
                " FROM generate_series(0, :rows - 1) AS n"
            ),
            {"sessions": SESSIONS, "rows": rows},
        )
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE market.daily_bar"))
        connection.execute(text("CHECKPOINT"))
