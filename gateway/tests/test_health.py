"""The gateway is ready when both halves of the schema are this release's, or a newer one's."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from barline_core.schema_revision import known_revisions

pytestmark = pytest.mark.usefixtures("clean_database")


@contextmanager
def changed(there: str, back: str) -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(there)
        try:
            yield
        finally:
            cursor.execute(back)


def revision_set_to(revision: str) -> str:
    return f"UPDATE market.alembic_version SET version_num = '{revision}'"


def test_a_market_schema_that_is_older_is_not_ready(client: httpx.Client) -> None:
    newest, older = known_revisions()[-1], known_revisions()[-2]
    with changed(revision_set_to(older), revision_set_to(newest)):
        answer = client.get("/readyz")
        assert client.get("/livez").status_code == 200
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/service-unavailable")
    assert newest in answer.json()["detail"]
    assert client.get("/readyz").status_code == 200


def test_a_market_schema_that_is_newer_is_ready(client: httpx.Client) -> None:
    with changed(revision_set_to("9999"), revision_set_to(known_revisions()[-1])):
        assert client.get("/readyz").status_code == 200


def test_a_migration_of_django_that_is_missing_is_not_ready(client: httpx.Client) -> None:
    where = "WHERE app = 'sessions' AND name = '0001_initial'"
    with changed(
        f"UPDATE django_migrations SET app = 'sessions_before' {where}",
        f"UPDATE django_migrations SET app = 'sessions' {where.replace('sessions', 'sessions_before')}",
    ):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "sessions.0001_initial" in answer.json()["detail"]


def test_migrations_of_a_newer_release_do_no_harm(client: httpx.Client) -> None:
    with changed(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_newer', now())",
        "DELETE FROM django_migrations WHERE name = '9999_newer'",
    ):
        assert client.get("/readyz").status_code == 200
