import threading

import psycopg2
import pytest
from alembic import command
from sqlalchemy import create_engine, text

from barline_core.embedded import EmbeddedPostgres
from barline_core.grants import SERVICES, role_of
from barline_core.migrate import alembic_config, migrate
from barline_core.models import Model


def test_the_models_and_the_migrations_agree(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        command.check(alembic_config(connection))
    engine.dispose()


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    migrate(database_url.replace("postgresql://", "postgres://"))


def test_two_migrations_at_the_same_time_both_succeed(
    postgres_cluster: tuple[EmbeddedPostgres, int],
) -> None:
    postgres, port = postgres_cluster
    connection = psycopg2.connect(postgres.url(port))
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE DATABASE migrated_by_two")
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(postgres.url(port, "migrated_by_two"))
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cursor.execute("DROP DATABASE migrated_by_two WITH (FORCE)")
    connection.close()
    assert failures == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_write_its_own_tables_only(database_url: str, service: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            may = {
                right: connection.scalar(
                    text("SELECT has_table_privilege(:role, :table, :right)"),
                    {"role": role_of(service), "table": table.fullname, "right": right},
                )
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
            }
            writes = service in table.info["writers"]
            changes = writes and not table.info.get("append_only", False)
            assert may == {
                "SELECT": True,
                "INSERT": writes,
                "UPDATE": changes,
                "DELETE": changes,
                "TRUNCATE": False,
            }
    engine.dispose()


def test_a_login_that_may_not_make_roles_can_still_migrate(
    postgres_cluster: tuple[EmbeddedPostgres, int], capsys: pytest.CaptureFixture[str]
) -> None:
    postgres, port = postgres_cluster
    connection = psycopg2.connect(postgres.url(port))
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE ROLE plain LOGIN PASSWORD 'plain'")
    cursor.execute("CREATE DATABASE of_plain OWNER plain")
    migrate(f"postgresql://plain:plain@127.0.0.1:{port}/of_plain")
    assert "share" in capsys.readouterr().err
    cursor.execute("DROP DATABASE of_plain WITH (FORCE)")
    cursor.execute("DROP ROLE plain")
    connection.close()
