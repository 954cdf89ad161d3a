"""What the database holds after a test's steps, read back."""

from sqlalchemy import text

from barline_core.bar_reader import read_bars
from barline_core.bars import BarSeries
from barline_core.db import Database
from barline_core.models import Job
from barline_ingestion.store.symbols import StatusOfSymbol, status_of
from barline_ingestion.world import World


def bars(world: World, ticker: str, **then: object) -> BarSeries:
    with world.database.transaction() as session:
        return read_bars(session, ticker, **then)


def status(world: World, ticker: str) -> StatusOfSymbol:
    with world.database.transaction() as session:
        return status_of(session, ticker)


def finding_ids(world: World, ticker: str) -> list[object]:
    return [finding["id"] for finding in status(world, ticker).findings]


def job_of(world: World, job_id: str) -> Job:
    with world.database.transaction() as session:
        return session.get_one(Job, job_id)


def count(database: Database, table: str) -> int:
    with database.transaction() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {table}")))  # noqa: S608
