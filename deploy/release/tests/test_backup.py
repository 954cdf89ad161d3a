"""A database saved by `deploy/backup.sh` and restored by it, on the same server and on another one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from barline_core.embedded import SUPERUSER, EmbeddedPostgres, binaries
from barline_release.secret_files import DATABASE, Installation, write_secrets

SCRIPT = Path(__file__).parents[2] / "backup.sh"
TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
BARS = """
INSERT INTO market.symbol (ticker) VALUES ('IBM'), ('MSFT');
INSERT INTO market.corporate_action (symbol_id, ex_date, kind, known_at, value)
SELECT id, date '2012-02-08', 'dividend', now(), 0.75 FROM market.symbol;
"""


@dataclass(frozen=True)
class Place:
    """A server with an installation on it."""

    postgres: EmbeddedPostgres
    port: int
    secrets: Path

    @property
    def url(self) -> str:
        return self.postgres.url(self.port, DATABASE)

    def script(self, what: str, file: Path) -> "subprocess.CompletedProcess[str]":
        environment = {
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": SUPERUSER,
            "PGPASSWORD": self.postgres.password,
        }
        command = [str(SCRIPT), what, str(file)]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )

    def release(self) -> None:
        environment = {
            "PATH": os.environ["PATH"],
            "SECRETS_DIR": str(self.secrets / "release"),
            "DEMO_ACCOUNT": "true",
        }
        command = [sys.executable, "-m", "barline_release", "migrate"]
        subprocess.run(command, env=environment, check=True, timeout=120)


@contextmanager
def server(secrets: Path) -> Iterator[Place]:
    with tempfile.TemporaryDirectory(prefix="barline-backup-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(
            Path(folder) / "postgres", password="of the server", durable=False
        )
        port = postgres.start()
        try:
            write_secrets(secrets, Installation(database_host="127.0.0.1", database_port=port))
            url = secrets / "release" / "database_url"
            url.chmod(0o600)
            url.write_text(postgres.url(port, DATABASE))
            yield Place(postgres, port, secrets)
        finally:
            postgres.stop()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With a demo account, bars' symbols and actions of theirs."""
    with server(tmp_path_factory.mktemp("secrets")) as opened:
        execute(opened.postgres.url(opened.port), f"CREATE DATABASE {DATABASE}")
        opened.release()
        execute(opened.url, BARS)
        yield opened


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def contents(url: str) -> dict[object, object]:
    """Of every table its rows, as text, in order."""
    return {
        table: execute(url, f"SELECT row_text FROM (SELECT t::text AS row_text FROM {table} t) AS texts ORDER BY 1")  # noqa: S608 - the database's own names
        for (table,) in execute(url, TABLES)
    }  # fmt: skip


def refused(url: str, statement: str) -> bool:
    try:
        execute(url, statement)
    except psycopg2.errors.InsufficientPrivilege:
        return True
    return False


def rights_are_whole(secrets: Path) -> bool:
    """Each login reads, writes what is its own, and nothing else."""
    gateway = (secrets / "gateway" / "database_url").read_text()
    ingestion = (secrets / "ingestion" / "database_url").read_text()
    execute(gateway, "SELECT count(*) FROM accounts_auditentry")
    execute(ingestion, "UPDATE market.corporate_action SET value = value")
    execute(ingestion, "SELECT count(*) FROM queue.procrastinate_jobs")
    return refused(gateway, "DELETE FROM accounts_auditentry") and refused(
        gateway, "DELETE FROM market.corporate_action"
    )


def test_what_was_lost_is_back_with_the_rights(place: Place, tmp_path: Path) -> None:
    before = contents(place.url)
    assert len(before) > 30
    assert place.script("save", tmp_path / "barline.dump").returncode == 0
    execute(place.url, "DROP SCHEMA market CASCADE; DELETE FROM accounts_apikey")
    assert place.script("restore", tmp_path / "barline.dump").stderr == ""
    assert contents(place.url) == before
    place.release()
    assert contents(place.url) == before
    assert rights_are_whole(place.secrets)


def test_another_server_takes_it_over(place: Place, tmp_path: Path) -> None:
    assert place.script("save", tmp_path / "barline.dump").returncode == 0
    with server(tmp_path / "secrets") as other:
        assert other.script("restore", tmp_path / "barline.dump").stderr == ""
        assert contents(other.url) == contents(place.url)
        other.release()
        assert rights_are_whole(other.secrets)


def test_a_file_that_is_cut_leaves_everything_as_it_was(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "barline.dump"
    assert place.script("save", file).returncode == 0
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    before = contents(place.url)
    answer = place.script("restore", file)
    assert (answer.returncode, "pg_restore" in answer.stderr) == (1, True)
    assert contents(place.url) == before
    left = execute(place.url, "SELECT datname FROM pg_database WHERE datname LIKE '%restored'")
    assert left == []


def test_a_database_that_cannot_be_reached_leaves_no_file(place: Place, tmp_path: Path) -> None:
    away = Place(place.postgres, 1, place.secrets)
    assert away.script("save", tmp_path / "barline.dump").returncode != 0
    assert list(tmp_path.iterdir()) == []
