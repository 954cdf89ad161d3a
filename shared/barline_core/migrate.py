"""Brings a database to the newest schema: `python -m barline_core.migrate`. Safe to run twice, and at the same time."""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from barline_core.database_url import sqlalchemy_url
from barline_core.grants import apply_grants
from barline_core.models import SCHEMA
from barline_core.queue import SCHEMA as QUEUE_SCHEMA
from barline_core.queue import queue_sql
from barline_core.schema_revision import PRESENT, REVISION, is_newer

LOCK_ID = 0x6261726C  # "barl": one migration at a time, whoever starts it
LOCK_TIMEOUT_MS = 4_000  # a migration that waits for a lock makes every query behind it wait too


def migrate(url: str) -> None:
    """Alembic's migrations, the queue's tables and the grants, in one transaction.

    A database of a newer release is left as it is: this one can work with it, and could only take rights away.
    """
    with create_engine(sqlalchemy_url(url), poolclass=NullPool).begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": LOCK_ID})
        connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"))
        if is_newer(revision_of(connection)):
            print("The schema is a newer release's; it stays as it is.", file=sys.stderr)
            return
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        command.upgrade(alembic_config(connection), "head")
        install_queue(connection)
        if not apply_grants(connection):
            print("This login may not create roles: all services share it.", file=sys.stderr)


def revision_of(connection: Connection) -> str | None:
    """The schema's revision; None before the first migration."""
    if not connection.scalar(text(PRESENT)):
        return None
    revision: str | None = connection.scalar(text(REVISION))
    return revision


def alembic_config(connection: Connection) -> Config:
    """Alembic bound to an open connection, so that the caller owns the transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def install_queue(connection: Connection) -> None:
    """Procrastinate's tables and functions, from the library's own SQL."""
    connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {QUEUE_SCHEMA}"))
    present = connection.scalar(text(f"SELECT to_regclass('{QUEUE_SCHEMA}.procrastinate_jobs')"))
    if present is None:
        connection.execute(text(f"SET LOCAL search_path = {QUEUE_SCHEMA}"))
        connection.exec_driver_sql(queue_sql().replace("%", "%%"))
        connection.execute(text("SET LOCAL search_path = public"))


if __name__ == "__main__":
    migrate(os.environ["DATABASE_URL"])
