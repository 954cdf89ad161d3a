"""The Postgres-backed queue (Procrastinate) in schema `queue`: each service with long work has a queue of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from procrastinate import App, Blueprint, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager

from barline_core.database_url import sqlalchemy_url

SCHEMA = "queue"
SEARCH_PATH = f"-c search_path={SCHEMA} -c timezone=UTC"


def libpq_url(url: str) -> str:
    """The same server for psycopg 3, which takes libpq's own scheme."""
    return sqlalchemy_url(url).replace("postgresql+psycopg2", "postgresql", 1)


@contextmanager
def deferring_app(url: str, tasks: Blueprint, *, namespace: str) -> Iterator[App]:
    """For routes: puts tasks on the queue, from threads, and runs none."""
    app = App(
        connector=SyncPsycopgConnector(
            conninfo=libpq_url(url), kwargs={"options": SEARCH_PATH}, min_size=0, max_size=4
        )
    )
    app.add_tasks_from(tasks, namespace=namespace)
    with app.open():
        yield app


def working_app(url: str, tasks: Blueprint, *, namespace: str) -> App:
    """For a worker process: takes tasks from the queue."""
    app = App(
        connector=PsycopgConnector(
            conninfo=libpq_url(url), kwargs={"options": SEARCH_PATH}, min_size=1, max_size=6
        )
    )
    app.add_tasks_from(tasks, namespace=namespace)
    return app


def queue_sql() -> str:
    """The library's own tables and functions, as SQL for the migration job."""
    return SchemaManager.get_schema()
