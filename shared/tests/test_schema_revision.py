"""Ready means: the schema is this release's, or a newer one's."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg2
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import barline_core
from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import migrate
from barline_core.models import SCHEMA
from barline_core.schema_revision import PRESENT, REVISION, known_revisions
from barline_core.service import create_app
from barline_core.settings import ServiceSettings
from barline_core.testing import fresh_database, serving

READY = (200, "ok")
SET_REVISION = "UPDATE market.alembic_version SET version_num = %s"


@pytest.fixture
def url(postgres_cluster: tuple[EmbeddedPostgres, int]) -> Iterator[str]:
    with fresh_database(*postgres_cluster) as fresh:
        yield fresh


def execute(url: str, statement: str, *values: str) -> None:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
    connection.close()


def readiness(url: str, keys: Path) -> tuple[int, str]:
    settings = ServiceSettings(database_url=url, internal_keys_dir=keys)
    app = create_app(service="example", settings=settings, routers=[])
    with serving(app) as base_url:
        answer = httpx.get(f"{base_url}/readyz")
    body = answer.json()
    return answer.status_code, body.get("detail", body["status"])


def test_the_revisions_are_alembics() -> None:
    config = Config()
    folder = Path(barline_core.__path__[0]) / "migrations"
    config.set_main_option("script_location", str(folder))
    scripts = ScriptDirectory.from_config(config)
    newest_first = [script.revision for script in scripts.walk_revisions()]
    assert list(reversed(newest_first)) == list(known_revisions())
    assert all(f"{SCHEMA}.alembic_version" in query for query in (PRESENT, REVISION))


def test_the_schema_of_this_release_is_ready(url: str, internal_keys_dir: Path) -> None:
    assert readiness(url, internal_keys_dir) == READY


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (SET_REVISION, known_revisions()[-2:-1]),
        ("DELETE FROM market.alembic_version", ()),
        ("DROP SCHEMA market CASCADE", ()),
    ],
    ids=["the release before", "emptied", "no schema at all"],
)
def test_an_older_schema_is_not_ready_and_says_why(
    url: str, internal_keys_dir: Path, statement: str, values: tuple[str, ...]
) -> None:
    execute(url, statement, *values)
    status, detail = readiness(url, internal_keys_dir)
    assert status == 503
    assert known_revisions()[-1] in detail
    assert "release job" in detail


def test_a_newer_schema_is_ready_and_the_older_release_leaves_it_alone(
    url: str, internal_keys_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    execute(url, SET_REVISION, "9999")
    assert readiness(url, internal_keys_dir) == READY
    migrate(url)
    assert "newer release's" in capsys.readouterr().err
    assert readiness(url, internal_keys_dir) == READY


def test_ready_once_the_release_job_has_run(
    postgres_cluster: tuple[EmbeddedPostgres, int], url: str, internal_keys_dir: Path
) -> None:
    settings = ServiceSettings(database_url=url, internal_keys_dir=internal_keys_dir)
    app = create_app(service="example", settings=settings, routers=[])
    execute(url, "DROP SCHEMA market CASCADE")
    with serving(app) as base_url:
        assert httpx.get(f"{base_url}/readyz").status_code == 503
        migrate(url)
        assert httpx.get(f"{base_url}/readyz").status_code == 200
