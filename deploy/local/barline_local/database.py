"""The local database: the embedded server, migrated, with a login for each process; or the one DATABASE_URL names."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

from barline_core.embedded import EmbeddedPostgres, data_folder
from barline_core.migrate import migrate
from barline_local.home import Home
from barline_release.logins import create_logins
from barline_release.parties import PARTIES

LOGIN_PREFIX = "barline_local_"


@dataclass(frozen=True, slots=True)
class LocalDatabase:
    """Where each process finds the database; `embedded` is ours to stop."""

    owner_url: str
    urls: Mapping[str, str]
    embedded: EmbeddedPostgres | None
    started_here: bool

    def stop(self) -> None:
        if self.embedded is not None:
            self.embedded.stop()


def open_database(
    home: Home, secrets: Mapping[str, str], *, database_url: str | None, name: str
) -> LocalDatabase:
    """Start the embedded server, or use `database_url` for everybody. Nothing is migrated yet."""
    if database_url:
        return LocalDatabase(
            database_url, dict.fromkeys(PARTIES, database_url), None, started_here=False
        )
    postgres = EmbeddedPostgres(data_folder(home.path), secrets["postgres_password"])
    was_running = postgres.is_running()
    port = postgres.start()
    with_admin = psycopg2.connect(postgres.url(port))
    with_admin.autocommit = True
    with with_admin.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    with_admin.close()
    urls = {
        party: f"postgresql://{LOGIN_PREFIX}{party}:{secrets[f'database_password_{party}']}"
        f"@127.0.0.1:{port}/{name}"
        for party in PARTIES
    }
    return LocalDatabase(postgres.url(port, name), urls, postgres, started_here=not was_running)


def migrate_market(database: LocalDatabase) -> None:
    """Alembic's half of the schema, and the logins of the processes: all that the services need."""
    migrate(database.owner_url)
    if database.embedded is not None:
        create_logins(database.owner_url, passwords_of(database.urls), prefix=LOGIN_PREFIX)


def prepare_django(database: LocalDatabase, gateway_environment: Mapping[str, str]) -> None:
    """Django's half of the schema, and the demo account."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        **gateway_environment,
        "DATABASE_URL": database.owner_url,
    }
    subprocess.run([sys.executable, "-m", "barline_local.prepare"], env=environment, check=True)


def passwords_of(urls: Mapping[str, str]) -> dict[str, str]:
    """By party, from the addresses that hold them."""
    return {party: urlsplit(url).password or "" for party, url in urls.items()}
