"""`manage.py migrate` brings the whole database up to date: Alembic's schema `market` first, then Django's tables."""

import importlib.util
import os
import subprocess
import sys

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection


class Command(DjangoMigrate):
    """Django's command, after the migration job's other half where it is installed."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--skip-market", action="store_true", help="Leave schema `market` as it is."
        )

    def handle(self, *args: object, **options: object) -> None:
        if not options.pop("skip_market"):
            self._migrate_market()
        super().handle(*args, **options)

    def _migrate_market(self) -> None:
        if importlib.util.find_spec("alembic") is None:
            self._require_market()
            return
        url = settings.ENVIRONMENT.database_url.get_secret_value()
        done = subprocess.run(
            [sys.executable, "-m", "barline_core.migrate"],
            env={**os.environ, "DATABASE_URL": url},
            check=False,
        )
        if done.returncode != 0:
            raise CommandError("Schema `market` could not be migrated; see above.")

    def _require_market(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass('market.symbol')")
            if cursor.fetchone() == (None,):
                raise CommandError(
                    "Schema `market` is missing: run `python -m barline_core.migrate` first."
                )
