"""The way back after a mistake: a base backup and the log since then, replayed up to a moment before it.

It is what RDS does for `restore-db-instance-to-point-in-time`; here the server's own programs do it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from barline_core.embedded import SUPERUSER, EmbeddedPostgres, binaries
from barline_release.secret_files import DATABASE, LOGIN_PREFIX, Installation, write_secrets

PATIENCE_S = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the unprivileged user who runs the servers may enter and write to."""
    with tempfile.TemporaryDirectory(prefix="barline-restore-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@pytest.fixture
def server(folder: Path) -> Iterator[tuple[EmbeddedPostgres, int]]:
    """A server that keeps its log in `folder`, as one with backups does."""
    archive = folder / "archive"
    archive.mkdir()
    archive.chmod(0o777)
    postgres = EmbeddedPostgres(folder / "postgres", password="of the server", durable=False)
    port = postgres.start()
    execute(postgres.url(port), "ALTER SYSTEM SET archive_mode = on")
    execute(postgres.url(port), f"ALTER SYSTEM SET archive_command = 'cp %p {archive}/%f'")
    postgres.restart()
    yield postgres, port
    postgres.stop()


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def release(secrets: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "SECRETS_DIR": str(secrets / "release")}
    command = [sys.executable, "-m", "barline_release", "migrate"]
    subprocess.run(command, env=environment, check=True, timeout=120)


def secrets_for(folder: Path, postgres: EmbeddedPostgres, port: int) -> Path:
    """Those of an installation whose database is owned by the server's own user."""
    write_secrets(folder, Installation(database_host="127.0.0.1", database_port=port))
    url = folder / "release" / "database_url"
    url.chmod(0o600)
    url.write_text(postgres.url(port, DATABASE))
    return folder


def base_backup(postgres: EmbeddedPostgres, port: int, target: Path) -> None:
    command = [str(binaries() / "pg_basebackup"), "-h", "127.0.0.1", "-p", str(port), "-U", SUPERUSER,
               "-D", str(target), "-X", "none", "--checkpoint=fast", "--no-sync"]  # fmt: skip
    subprocess.run(
        command, env={"PGPASSWORD": postgres.password}, capture_output=True, check=True, timeout=120
    )


def restored(backup: Path, archive: Path, until: str, password: str) -> EmbeddedPostgres:
    """A server of its own that plays the log back up to the moment `until`, and then takes writes."""
    with (backup / "postgresql.auto.conf").open("a") as settings:
        settings.write(
            f"archive_mode = off\nrestore_command = 'cp {archive}/%f %p'\n"
            f"recovery_target_time = '{until}'\nrecovery_target_action = promote\n"
        )
    (backup / "recovery.signal").touch()
    owner = archive.parent.joinpath("postgres").stat()
    for path in (backup.parent, backup, *backup.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    return EmbeddedPostgres(backup.parent, password=password, durable=False)


def test_what_was_deleted_by_mistake_is_back_and_the_release_job_makes_the_logins_again(
    folder: Path, server: tuple[EmbeddedPostgres, int], tmp_path: Path
) -> None:
    postgres, port = server
    execute(postgres.url(port), f"CREATE DATABASE {DATABASE}")
    url = postgres.url(port, DATABASE)
    release(secrets_for(tmp_path / "first", postgres, port))
    base_backup(postgres, port, folder / "second" / "data")
    execute(url, "INSERT INTO market.symbol (ticker) VALUES ('IBM'), ('MSFT')")
    [(good,)] = execute(url, "SELECT clock_timestamp()::text")
    execute(url, "DELETE FROM market.symbol")
    execute(url, "SELECT pg_switch_wal()")
    wait_for_the_log(url)

    second = restored(folder / "second" / "data", folder / "archive", str(good), postgres.password)
    second_port = second.start()
    try:
        second_url = second.url(second_port, DATABASE)
        wait_until_it_takes_writes(second_url)
        assert execute(second_url, "SELECT ticker FROM market.symbol ORDER BY 1") == [
            ("IBM",),
            ("MSFT",),
        ]
        secrets = secrets_for(tmp_path / "second", second, second_port)
        release(secrets)
        gateway = (secrets / "gateway" / "database_url").read_text()
        assert LOGIN_PREFIX in gateway
        assert execute(gateway, "SELECT count(*) FROM market.symbol") == [(2,)]
    finally:
        second.stop()
    assert execute(url, "SELECT count(*) FROM market.symbol") == [(0,)]


def wait_for_the_log(url: str) -> None:
    """Until the archive has all there was before the last switch."""
    deadline = time.monotonic() + PATIENCE_S
    done = "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver"
    while execute(url, done) != [(True,)]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def wait_until_it_takes_writes(url: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while execute(url, "SELECT pg_is_in_recovery()") != [(False,)]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
