"""The service's own database role is enough for its work, and for no more."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from barline_core.db import Database
from barline_core.deferral import request_cancel
from barline_core.models import Job
from barline_ingestion import jobs
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.world import World

LOGIN, PASSWORD = "ingestion_login", "made-up"


@pytest.fixture
def own_role_url(empty_database: Database, database_url: str) -> Iterator[str]:
    """The database as a member of ingestion's group role sees it."""
    parts = urlsplit(database_url)
    with empty_database.transaction() as session:
        session.execute(
            text(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}' IN ROLE barline_ingestion")
        )
    yield parts._replace(netloc=f"{LOGIN}:{PASSWORD}@{parts.hostname}:{parts.port}").geturl()
    with empty_database.transaction() as session:
        session.execute(text(f"DROP ROLE {LOGIN}"))


def test_a_load_a_refresh_and_a_purge_need_no_other_right(
    make_world: Callable[..., World],
    register: Callable[..., None],
    own_role_url: str,
    run_queue: Callable[..., None],
) -> None:
    register("IBM")
    world = make_world(database_url=own_role_url)
    for full in (False, True):
        with world.database.transaction() as session:
            job_id = jobs.queue_refresh(
                session, ["IBM"], full=full, owner_id=1, market_clock=world.market_clock
            ).id
        run_queue(world, own_role_url)
        with world.database.transaction() as session:
            assert session.get_one(Job, job_id).state == "succeeded"
    with world.database.transaction() as session:
        request_cancel(session, QUEUE, jobs.queue_load(session, "IBM", owner_id=1))
    with world.database.sessions() as session, pytest.raises(ProgrammingError, match="permission"):
        session.execute(text("UPDATE market.symbol SET name = 'mine'"))
