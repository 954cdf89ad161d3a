"""Asking the sandbox over real HTTP: what is answered, recorded, learnt, and never shown."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text

from barline_core.db import Database
from barline_ingestion.answers import Asked, Function
from barline_ingestion.bar_payload import Bars
from barline_ingestion.capability import (
    ADJUSTED_COMPACT,
    ADJUSTED_FULL,
    DAILY_COMPACT,
    DAILY_FULL,
    SPLITS,
)
from barline_ingestion.errors import DayIsSpent
from barline_ingestion.event_payload import Actions
from barline_ingestion.refusals import RefusalKind, Refused
from barline_ingestion.store import calls
from barline_ingestion.store.key_lock import hold_key
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule

MakeWorld = Callable[..., World]

pytestmark = pytest.mark.usefixtures("empty_database")


def outcomes(database: Database) -> list[str]:
    with database.transaction() as session:
        return list(session.scalars(text("SELECT outcome FROM market.upstream_call ORDER BY id")))


def learnt(world: World) -> dict[tuple[str, str], bool]:
    with world.database.transaction() as session:
        grants = calls.grants_of(session, world.provider.rules.fingerprint)
    return {(use.function.value, use.output_size): grant.allowed for use, grant in grants.items()}


def test_a_paying_key_gets_the_whole_adjusted_history(world: World) -> None:
    answer = world.provider.ask(ADJUSTED_FULL, "AAPL")
    assert isinstance(answer, Bars)
    assert len(answer) == 3270
    assert outcomes(world.database) == ["data"]
    assert learnt(world) == {
        (Function.DAILY_ADJUSTED, "full"): True,
        (Function.DAILY_ADJUSTED, "compact"): True,
    }


def test_a_request_is_recorded_with_what_it_was_and_never_with_the_key(world: World) -> None:
    world.provider.ask(SPLITS, "MSFT")
    with world.database.transaction() as session:
        row = session.execute(text("SELECT * FROM market.upstream_call")).mappings().one()
    assert row["function"] == "SPLITS"
    assert row["symbol"] == "MSFT"
    assert row["http_status"] == 200
    assert row["budget_date"] == date(2013, 3, 1)
    assert row["duration_ms"] >= 0
    assert world.provider.key.get_secret_value() not in str(dict(row))


def test_what_a_free_key_may_not_do_is_learnt(free_world: World) -> None:
    adjusted = free_world.provider.ask(ADJUSTED_FULL, "IBM")
    full = free_world.provider.ask(DAILY_FULL, "IBM")
    compact = free_world.provider.ask(DAILY_COMPACT, "IBM")
    assert isinstance(adjusted, Refused)
    assert isinstance(full, Refused)
    assert (adjusted.kind, full.kind) == (RefusalKind.PREMIUM, RefusalKind.PREMIUM_SIZE)
    assert isinstance(compact, Bars)
    assert len(compact) == 100
    assert learnt(free_world) == {
        ("TIME_SERIES_DAILY_ADJUSTED", "full"): False,
        ("TIME_SERIES_DAILY_ADJUSTED", "compact"): False,
        ("TIME_SERIES_DAILY", "full"): False,
        ("TIME_SERIES_DAILY", "compact"): True,
    }


@pytest.mark.parametrize("fault", [Fault.BURST, Fault.HTML, Fault.TRUNCATED, Fault.SERVER_ERROR])
def test_trouble_that_passes_is_got_over(world: World, exchange: Exchange, fault: Fault) -> None:
    exchange.faults.rules.append(FaultRule(fault, times=2))
    assert isinstance(world.provider.ask(ADJUSTED_COMPACT, "IBM"), Bars)
    assert len(outcomes(world.database)) == 3


@pytest.mark.parametrize(
    ("fault", "kind", "requests"),
    [
        (Fault.BURST, RefusalKind.BURST, 3),
        (Fault.HTML, RefusalKind.HTML, 3),
        (Fault.TRUNCATED, RefusalKind.MALFORMED, 3),
        (Fault.SERVER_ERROR, RefusalKind.SERVER_ERROR, 3),
        (Fault.EMPTY, RefusalKind.NO_DATA, 1),
        (Fault.SAMPLE_ROWS, RefusalKind.SAMPLE_ROWS, 1),
        (Fault.NEW_WORDING, RefusalKind.UNRECOGNISED, 1),
        (Fault.REDIRECT, RefusalKind.REDIRECT, 1),
    ],
)
def test_trouble_that_stays_is_a_refusal_of_its_kind(
    world: World, exchange: Exchange, fault: Fault, kind: RefusalKind, requests: int
) -> None:
    exchange.faults.rules.append(FaultRule(fault, times=99))
    answer = world.provider.ask(ADJUSTED_COMPACT, "IBM")
    assert isinstance(answer, Refused)
    assert answer.kind is kind
    assert outcomes(world.database) == [kind.value] * requests


def test_an_answer_that_does_not_come_is_given_up(
    make_world: MakeWorld, exchange: Exchange
) -> None:
    exchange.faults.rules.append(FaultRule(Fault.STALL, times=1))
    world = make_world(upstream_read_timeout_s=0.2, upstream_attempts=1)
    answer = world.provider.ask(ADJUSTED_COMPACT, "IBM")
    assert answer == Refused(RefusalKind.TIME_OUT, "ReadTimeout")


def test_an_upstream_that_is_not_there_is_unreachable(make_world: MakeWorld) -> None:
    world = make_world(alpha_vantage_base_url="http://127.0.0.1:9", upstream_attempts=1)
    answer = world.provider.ask(ADJUSTED_COMPACT, "IBM")
    assert answer == Refused(RefusalKind.UNREACHABLE, "ConnectError")
    assert outcomes(world.database) == ["unreachable"]


def test_without_a_key_nothing_is_asked(make_world: MakeWorld, exchange: Exchange) -> None:
    answer = make_world(alpha_vantage_api_key="").provider.ask(ADJUSTED_FULL, "IBM")
    assert isinstance(answer, Refused)
    assert answer.kind is RefusalKind.NO_KEY
    assert exchange.requests == []


def test_a_class_share_is_written_with_a_dash_upstream(world: World, exchange: Exchange) -> None:
    world.provider.ask(SPLITS, "BRK.B")
    world.provider.ask(SPLITS, "TSCO.LON")
    assert exchange.requests == [("SPLITS", "BRK-B"), ("SPLITS", "TSCO.LON")]


def test_the_26th_request_of_a_free_key_is_not_sent(free_world: World, exchange: Exchange) -> None:
    exchange.market_date = date(2013, 3, 1)
    for _ in range(25):
        assert isinstance(free_world.provider.ask(SPLITS, "IBM"), Actions)
    with pytest.raises(DayIsSpent):
        free_world.provider.ask(SPLITS, "IBM")
    assert len(exchange.requests) == 25


def test_the_next_market_day_has_a_budget_of_its_own(
    make_world: MakeWorld, exchange: Exchange
) -> None:
    for day in (date(2013, 2, 27), date(2013, 2, 28)):
        exchange.market_date = day
        world = make_world(
            alpha_vantage_api_key="FR33KEY8SECRET1A", market_date=day, free_requests_per_day=2
        )
        world.provider.ask(SPLITS, "IBM")
        world.provider.ask(SPLITS, "IBM")
        with pytest.raises(DayIsSpent):
            world.provider.ask(SPLITS, "IBM")
    assert len(exchange.requests) == 4


def test_a_request_whose_answer_was_never_seen_counts(free_world: World) -> None:
    """A worker that is killed while it waits has spent the request all the same."""
    for _ in range(25):
        free_world.provider.begin(Asked(Function.SPLITS, "IBM"))
    assert outcomes(free_world.database) == ["sent"] * 25
    with pytest.raises(DayIsSpent):
        free_world.provider.ask(SPLITS, "IBM")


def test_the_upstreams_word_that_the_day_is_spent_is_believed(
    world: World, exchange: Exchange
) -> None:
    world.provider.ask(ADJUSTED_COMPACT, "IBM")
    exchange.faults.rules.append(FaultRule(Fault.DAILY_QUOTA, times=1))
    for _ in range(2):
        with pytest.raises(DayIsSpent):
            world.provider.ask(ADJUSTED_COMPACT, "IBM")
    assert len(exchange.requests) == 2


def test_requests_of_a_free_key_are_kept_apart(make_world: MakeWorld) -> None:
    world = make_world(alpha_vantage_api_key="FR33KEY8SECRET1A", free_seconds_between_requests=0.3)
    started = time.monotonic()
    for _ in range(3):
        world.provider.ask(SPLITS, "IBM")
    assert time.monotonic() - started > 0.6


def test_one_request_is_in_flight_a_key(world: World, exchange: Exchange) -> None:
    """While somebody holds the key, nobody else's request leaves."""
    asking = threading.Thread(target=world.provider.ask, args=(SPLITS, "IBM"))
    with hold_key(world.database, world.provider.rules.fingerprint):
        asking.start()
        asking.join(0.3)
        assert exchange.requests == []
    asking.join(10)
    assert exchange.requests == [("SPLITS", "IBM")]


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.STALL}))
def test_the_key_is_in_no_log_whatever_happens(
    world: World, exchange: Exchange, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor in an exception, a refusal or a row: the sandbox echoes it wherever the upstream may."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.INFO, logger="httpx")  # which a service of another test has silenced
    exchange.faults.rules.append(FaultRule(fault, times=99))
    seen = ""
    try:
        seen = repr(world.provider.ask(ADJUSTED_COMPACT, "IBM"))
    except DayIsSpent as waiting:
        seen = repr(waiting) + repr(waiting.__context__) + repr(waiting.__cause__)
    with world.database.transaction() as session:
        rows = str(session.execute(text("SELECT * FROM market.upstream_call")).all())
    key = world.provider.key.get_secret_value()
    # The sandbox runs in this process; its own access log is the upstream's business.
    logged = " ".join(
        record.getMessage() for record in caplog.records if record.name != "uvicorn.access"
    )
    assert "HTTP Request: GET" in logged
    assert key not in seen + rows + logged
    assert key not in repr(world)
