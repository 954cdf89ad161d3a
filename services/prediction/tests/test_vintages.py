"""The ledger: one vintage for one set of bars, whoever asks and however often, and nobody may change it."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from barline_core.db import Database, connect
from barline_core.models import Forecast, ForecastStep
from barline_core.testing import InternalClient
from barline_prediction.app import create_app
from barline_prediction.artefact import LoadedModel
from barline_prediction.making import choose_basis, make_vintage
from barline_prediction.settings import PredictionSettings
from barline_prediction.store.vintages import find_vintage, load_bars, save_vintage
from barline_prediction.vintage import Vintage

from .stored_bars import recent_sessions, store_closes, wandering

LOGIN, PASSWORD = "prediction_login", "made-up"


@pytest.fixture(scope="module")
def vintage(database: Database, loaded: LoadedModel) -> Vintage:
    """A forecast that nobody has stored."""
    with database.transaction() as session:
        store_closes(session, "WALK", recent_sessions(400), wandering(400))
        basis = choose_basis(*load_bars(session, "WALK"), None)
    made_at = datetime(2013, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    return make_vintage(basis, loaded, "vintage-one", made_at)


def test_what_is_read_is_what_was_stored(database: Database, vintage: Vintage) -> None:
    with database.transaction() as session:
        assert find_vintage(session, vintage.key) is None
        assert save_vintage(session, vintage) == vintage
    with database.transaction() as session:
        assert find_vintage(session, vintage.key) == vintage


def test_a_second_vintage_with_the_same_key_is_the_first(
    database: Database, vintage: Vintage
) -> None:
    with database.transaction() as session:
        first = save_vintage(session, vintage)
    with database.transaction() as session:
        again = save_vintage(session, replace(vintage, id="vintage-two"))
    assert again == first == vintage


@pytest.mark.parametrize(
    "difference",
    [
        {"hindcast": True},
        {"model_version": "another"},
        {"bars_digest": "another"},
        {"last_date": date(2013, 2, 28)},
    ],
)
def test_any_other_key_is_another_vintage(
    database: Database, vintage: Vintage, difference: dict[str, object]
) -> None:
    other = replace(
        vintage, id=f"other-{next(iter(difference))}", key=replace(vintage.key, **difference)
    )
    with database.transaction() as session:
        assert save_vintage(session, other) == other


def test_two_connections_at_once_get_one_vintage(database: Database, vintage: Vintage) -> None:
    """The second insert waits for the first transaction and then answers with its vintage."""
    key = replace(vintage.key, bars_digest="race")
    early, late = (replace(vintage, id=f"vintage-{name}", key=key) for name in ("early", "late"))
    answers: list[Vintage] = []

    def ask_late() -> None:
        with database.transaction() as session:
            answers.append(save_vintage(session, late))

    waiting = threading.Thread(target=ask_late)
    with database.transaction() as session:
        assert save_vintage(session, early) == early
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
    waiting.join(timeout=10)
    assert answers == [early]


def test_simultaneous_requests_get_identical_bodies(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        symbol_id = store_closes(session, "RUSH", recent_sessions(500), wandering(500))
    together = threading.Barrier(6)

    def ask(_: int) -> bytes:
        together.wait()
        return client.get("/ai_prediction", params={"symbol": "RUSH"}).content

    with ThreadPoolExecutor(6) as pool:
        bodies = set(pool.map(ask, range(6)))
    assert len(bodies) == 1
    with database.transaction() as session:
        made = select(func.count()).select_from(Forecast).where(Forecast.symbol_id == symbol_id)
        assert session.scalar(made) == 1


def test_a_restarted_service_answers_with_the_stored_vintage(
    client: httpx.Client,
    database: Database,
    settings: PredictionSettings,
    internal_client: InternalClient,
) -> None:
    with database.transaction() as session:
        store_closes(session, "AGAIN", recent_sessions(500), wandering(500))
    first = client.get("/ai_prediction", params={"symbol": "AGAIN"}).content
    restarted = internal_client(create_app(settings), service="prediction", user_id=2)
    assert restarted.get("/ai_prediction", params={"symbol": "AGAIN"}).content == first


@pytest.fixture
def own_role_url(database: Database, database_url: str) -> Iterator[str]:
    """The database as a member of prediction's group role sees it."""
    parts = urlsplit(database_url)
    with database.transaction() as session:
        session.execute(
            text(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}' IN ROLE barline_prediction")
        )
    yield parts._replace(netloc=f"{LOGIN}:{PASSWORD}@{parts.hostname}:{parts.port}").geturl()
    with database.transaction() as session:
        session.execute(text(f"DROP ROLE {LOGIN}"))


def test_the_services_own_role_may_add_vintages_but_never_change_one(
    database: Database,
    own_role_url: str,
    internal_keys_dir: Path,
    internal_client: InternalClient,
) -> None:
    with database.transaction() as session:
        store_closes(session, "ROLE", recent_sessions(300), wandering(300))
    settings = PredictionSettings(database_url=own_role_url, internal_keys_dir=internal_keys_dir)
    client = internal_client(create_app(settings), service="prediction")
    bodies = {client.get("/ai_prediction", params={"symbol": "ROLE"}).content for _ in range(2)}
    assert len(bodies) == 1
    own = connect(own_role_url)
    for table, change in (
        (Forecast.__table__, "UPDATE {} SET hindcast = true"),
        (Forecast.__table__, "DELETE FROM {}"),
        (ForecastStep.__table__, "UPDATE {} SET close = 1"),
        (ForecastStep.__table__, "DELETE FROM {}"),
    ):
        with own.sessions() as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(change.format(table)))
    own.close()
