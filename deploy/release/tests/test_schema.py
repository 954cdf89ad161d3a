import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from barline_core.embedded import EmbeddedPostgres
from barline_release.secret_files import DATABASE, Installation, write_secrets

Place = tuple[Path, str]


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder that the unprivileged user who runs the server may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="barline-release-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def place(tmp_path: Path, server_folder: Path) -> Iterator[Place]:
    """Secrets on disk, and a server of its own whose owner may make roles but is no superuser: as on RDS."""
    postgres = EmbeddedPostgres(server_folder / "postgres", password="of the server", durable=False)
    port = postgres.start()
    write_secrets(tmp_path, Installation(database_host="127.0.0.1", database_port=port))
    password = (tmp_path / "database" / "postgres_password").read_text()
    admin = psycopg2.connect(postgres.url(port))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("CREATE ROLE release_owner LOGIN CREATEROLE PASSWORD %s", (password,))
        cursor.execute(f"CREATE DATABASE {DATABASE} OWNER release_owner")
    admin.close()
    url = f"postgresql://release_owner:{password}@127.0.0.1:{port}/{DATABASE}"
    (tmp_path / "release" / "database_url").chmod(0o600)
    (tmp_path / "release" / "database_url").write_text(url)
    yield tmp_path, url
    postgres.stop()


def release(root: Path) -> "subprocess.Popen[str]":
    environment = {
        "PATH": os.environ["PATH"],
        "SECRETS_DIR": str(root / "release"),
        "DEMO_ACCOUNT": "true",
    }
    command = [sys.executable, "-m", "barline_release", "migrate"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)


def test_two_release_jobs_at_once_both_succeed_and_a_third_changes_nothing(place: Place) -> None:
    root, url = place
    jobs = [release(root), release(root)]
    assert [(job.communicate(timeout=120)[1], job.returncode) for job in jobs] == [("", 0)] * 2
    third = release(root)
    assert (third.communicate(timeout=120)[1], third.returncode) == ("", 0)
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT username, is_superuser FROM auth_user")
        assert cursor.fetchall() == [("demo", False)]
        cursor.execute("SELECT to_regclass('market.daily_bar') IS NOT NULL")
        assert cursor.fetchone() == (True,)
    connection.close()


def test_each_login_may_write_its_own_tables_only(place: Place) -> None:
    root, _ = place
    job = release(root)
    assert (job.communicate(timeout=120)[1], job.returncode) == ("", 0)
    connection = psycopg2.connect((root / "prediction" / "database_url").read_text())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM market.daily_bar")
        for statement in (
            "DELETE FROM market.daily_bar",
            "DELETE FROM market.forecast",
            "SELECT 1 FROM auth_user",
        ):
            cursor.execute("SAVEPOINT before")
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)
            cursor.execute("ROLLBACK TO before")
    connection.close()
