"""Brings a database to this release: Alembic's schema, the queue, grants, logins, Django's tables, the demo account."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from barline_core.migrate import migrate
from barline_release.logins import create_logins
from barline_release.parties import PARTIES
from barline_release.secret_files import LOGIN_PREFIX

LOCK_ID = 0x72656C65  # "rele": one release job at a time, however many were started


def bring_up_to_date(secrets_dir: Path, *, demo_account: bool) -> None:
    """Safe to run twice, and at the same time; `secrets_dir` is the folder made for the reader `release`."""
    owner_url = (secrets_dir / "database_url").read_text().strip()
    with only_one(owner_url):
        migrate(owner_url)
        create_logins(owner_url, passwords(secrets_dir), prefix=LOGIN_PREFIX)
        migrate_django(secrets_dir, demo_account=demo_account)


@contextmanager
def only_one(owner_url: str) -> Iterator[None]:
    """Wait until no other release job works on this database."""
    connection = psycopg2.connect(owner_url, application_name="barline-release")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK_ID,))
        yield
    finally:
        connection.close()


def passwords(secrets_dir: Path) -> dict[str, str]:
    """Of the parties whose login is ours to make; where another tool makes them there are none."""
    files = {party: secrets_dir / f"database_password_{party}" for party in PARTIES}
    return {party: file.read_text().strip() for party, file in files.items() if file.exists()}


def migrate_django(secrets_dir: Path, *, demo_account: bool) -> None:
    """Django's migrations, and the demo account when it is wanted."""
    # Django's settings read the environment when they are imported.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "barline_gateway.settings")
    os.environ.setdefault("INTERNAL_KEYS_DIR", str(secrets_dir))  # nobody is called
    import django  # noqa: PLC0415 - see above
    from django.core.management import call_command  # noqa: PLC0415 - see above

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, skip_market=True)
    if demo_account:
        os.environ |= {
            "BARLINE_DEMO_USERNAME": "demo",
            "BARLINE_DEMO_PASSWORD": (secrets_dir / "demo_password").read_text().strip(),
            "BARLINE_DEMO_API_KEY": (secrets_dir / "demo_api_key").read_text().strip(),
        }
        call_command("demo_account")
