"""The release before goes on working while, and after, the database is brought to this release's schema."""

import threading
from collections.abc import Iterator

import psycopg2
import pytest
from alembic import command
from psycopg2 import extensions
from sqlalchemy import create_engine

from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import alembic_config, migrate
from barline_core.schema_revision import known_revisions
from barline_core.testing import fresh_database

COLUMNS = """
SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable, column_default IS NOT NULL
FROM information_schema.columns WHERE table_schema = 'market' AND table_name <> 'alembic_version'
"""
CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'market'::regnamespace
"""

Tables = dict[str, dict[str, tuple[str, int | None, bool, bool]]]
STEPS = list(zip(known_revisions(), known_revisions()[1:], strict=False))


@pytest.fixture
def url(postgres_cluster: tuple[EmbeddedPostgres, int]) -> Iterator[str]:
    with fresh_database(*postgres_cluster) as fresh:
        yield fresh


def bring_to(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        config = alembic_config(connection)
        command.downgrade(config, revision)
    engine.dispose()


def upgrade_to(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), revision)
    engine.dispose()


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        found: list[tuple[object, ...]] = cursor.fetchall()
    connection.close()
    return found


def tables(url: str) -> Tables:
    found: Tables = {}
    for table, column, kind, length, nullable, default in rows(url, COLUMNS):
        found.setdefault(str(table), {})[str(column)] = (
            str(kind),
            None if length is None else int(str(length)),
            nullable == "YES",
            bool(default),
        )
    return found


@pytest.mark.parametrize(("before", "after"), STEPS, ids=[after for _, after in STEPS])
def test_a_migration_only_adds(url: str, before: str, after: str) -> None:
    """What the release before selects is still there, and what it inserts is still enough."""
    bring_to(url, before)
    old, old_checks = tables(url), set(rows(url, CHECKS))
    upgrade_to(url, after)
    new, new_checks = tables(url), set(rows(url, CHECKS))
    for table, columns in old.items():
        for name, (kind, length, nullable, _) in columns.items():
            new_kind, new_length, new_nullable, _ = new[table][name]
            assert new_kind == kind, f"{table}.{name} is of another type"
            assert new_length is None or (length is not None and new_length >= length)
            assert new_nullable >= nullable, f"{table}.{name} may no longer be empty"
        for name in new[table].keys() - columns.keys():
            _, _, nullable, default = new[table][name]
            assert nullable or default, f"{table}.{name} is asked of the release before"
    added = {check for check in new_checks - old_checks if str(check[0]) in on(old)}
    assert added == set(), "what the release before writes may be refused"


def on(known: Tables) -> set[str]:
    return {f"market.{table}" for table in known}


class ReleaseBefore(threading.Thread):
    """Reads every column it knows and writes a row, again and again, in transactions of its own."""

    def __init__(self, url: str, known: Tables) -> None:
        super().__init__()
        self.url, self.known = url, known
        self.over, self.begun = threading.Event(), threading.Event()
        self.rounds, self.failures = 0, list[BaseException]()

    def run(self) -> None:
        connection = psycopg2.connect(self.url, options="-c statement_timeout=5000")
        try:
            while not self.over.is_set():
                with connection, connection.cursor() as cursor:
                    self.work(cursor)
                self.rounds += 1
                self.begun.set()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            self.failures.append(error)
            self.begun.set()
        finally:
            connection.close()

    def work(self, cursor: extensions.cursor) -> None:
        for table, columns in self.known.items():
            named = ", ".join(f'"{column}"' for column in columns)
            cursor.execute(f'SELECT {named} FROM market."{table}" LIMIT 3')  # noqa: S608 - the database's own names
        cursor.execute(
            "INSERT INTO market.symbol (ticker) VALUES (%s)", (f"OLD{self.rounds % 9999}",)
        )
        cursor.execute("DELETE FROM market.symbol WHERE ticker LIKE 'OLD%'")


def test_the_release_before_works_through_an_upgrade_and_after_it(url: str) -> None:
    bring_to(url, known_revisions()[-2])
    release_before = ReleaseBefore(url, tables(url))
    release_before.start()
    assert release_before.begun.wait(30)
    migrate(url)
    until, done = release_before.rounds + 5, threading.Event()
    while release_before.rounds < until and release_before.is_alive():
        done.wait(0.01)
    release_before.over.set()
    release_before.join()
    assert release_before.failures == []
    assert rows(url, "SELECT version_num FROM market.alembic_version") == [(known_revisions()[-1],)]
