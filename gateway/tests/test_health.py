"""The gateway is ready when both halves of the schema are this release's, or a newer one's."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from barline_core.schema_revision import known_revisions

pytestmark = pytest.mark.usefixtures("clean_database")


SET_REVISION = "UPDATE market.alembic_version SET version_num = %s"
RENAME = "UPDATE django_migrations SET app = %s WHERE app = %s AND name = '0001_initial'"
ADD = "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', %s, now())"
REMOVE = "DELETE FROM django_migrations WHERE name = %s"

Change = tuple[str, list[str]]


@contextmanager
def changed(there: Change, back: Change) -> Iterator[None]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(*there)
        try:
            yield
        finally:
            cursor.execute(*back)


@contextmanager
def market_at(revision: str) -> Iterator[None]:
    with changed((SET_REVISION, [revision]), (SET_REVISION, [known_revisions()[-1]])):
        yield


def test_a_market_schema_that_is_older_is_not_ready(client: httpx.Client) -> None:
    with market_at(known_revisions()[-2]):
        answer = client.get("/readyz")
        assert client.get("/livez").status_code == 200
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/service-unavailable")
    assert known_revisions()[-1] in answer.json()["detail"]
    assert client.get("/readyz").status_code == 200


def test_a_market_schema_that_is_newer_is_ready(client: httpx.Client) -> None:
    with market_at("9999"):
        assert client.get("/readyz").status_code == 200


def test_a_migration_of_django_that_is_missing_is_not_ready(client: httpx.Client) -> None:
    with changed((RENAME, ["before", "sessions"]), (RENAME, ["sessions", "before"])):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "sessions.0001_initial" in answer.json()["detail"]


def test_migrations_of_a_newer_release_do_no_harm(client: httpx.Client) -> None:
    with changed((ADD, ["9999_newer"]), (REMOVE, ["9999_newer"])):
        assert client.get("/readyz").status_code == 200
