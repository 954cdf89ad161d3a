"""Django's command line as its users expect it, on a PostgreSQL named by DATABASE_URL."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from barline_core.embedded import EmbeddedPostgres

MANAGE = Path(__file__).parents[1] / "manage.py"


@pytest.fixture
def empty_database(postgres_cluster: tuple[EmbeddedPostgres, int]) -> str:
    """A database with nothing in it; the cluster goes away with the tests."""
    postgres, port = postgres_cluster
    connection = psycopg2.connect(postgres.url(port))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE for_manage")
    connection.close()
    return postgres.url(port, "for_manage")


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(MANAGE), *arguments],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_migrate_brings_both_halves_up_to_date_and_can_be_repeated(
    empty_database: str, tmp_path: Path
) -> None:
    url = empty_database.replace("postgresql://", "postgres://")
    for _ in range(2):
        done = manage("migrate", DATABASE_URL=url, BARLINE_HOME=str(tmp_path / "home"))
        assert done.returncode == 0, done.stderr
    connection = psycopg2.connect(empty_database)
    with connection.cursor() as cursor:
        for table in ("market.symbol", "queue.procrastinate_jobs", "public.accounts_apikey"):
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (table,))
            assert cursor.fetchone() == (True,), table
    connection.close()


def test_a_database_that_is_away_is_said_in_words(tmp_path: Path) -> None:
    url = "postgres://nobody:secret@127.0.0.1:1/none"
    done = manage("migrate", DATABASE_URL=url, BARLINE_HOME=str(tmp_path / "home"))
    assert done.returncode != 0
    assert "secret" not in done.stderr + done.stdout
