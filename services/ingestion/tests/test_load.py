"""A load, from the queue through the sandbox into the database and back out."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from sqlalchemy import text

from barline_core.bars import adjusted
from barline_core.models import Job
from barline_ingestion.world import World
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.history import real_history
from barline_sandbox.series import adjusted_closes

from .stored import bars, count, finding_ids, status

HISTORY = real_history()
SPLIT_DAY = date(2005, 2, 28)
MakeWorld = Callable[..., World]
Register = Callable[..., None]


def test_a_load_stores_the_whole_history_with_its_actions(
    world: World, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("AAPL")
    job = load(world, "AAPL")
    assert (job.state, job.progress, job.message) == ("succeeded", 1.0, "1 symbol is up to date.")
    assert job.result == "/financial_data/data?symbol=AAPL"
    series = bars(world, "AAPL")
    source = HISTORY["AAPL"]
    assert np.array_equal(series.date, source.date)
    for name in ("open", "high", "low", "close", "volume", "dividend"):
        assert np.array_equal(getattr(series, name), getattr(source, name))
    assert np.array_equal(series.split_ratio, source.split)
    assert len(exchange.requests) == 1
    state = status(world, "AAPL")
    assert (state.state, state.sessions, state.missing_sessions) == ("ready", 3270, 0)
    assert (state.first_date, state.last_date) == (date(2000, 3, 1), date(2013, 3, 1))
    assert (state.capability, state.actions_known) == ("adjusted-full", True)
    assert state.data_version == series.data_version
    assert finding_ids(world, "AAPL") == ["split-suspected"]  # the crash of 2000-09-29


def test_the_split_of_2005_is_a_jump_in_raw_prices_and_none_in_adjusted_ones(
    world: World, register: Register, load: Callable[..., Job]
) -> None:
    register("AAPL")
    load(world, "AAPL")
    raw = bars(world, "AAPL")
    row = int(np.searchsorted(raw.date, np.datetime64(SPLIT_DAY)))
    assert raw.close[row] / raw.close[row - 1] == pytest.approx(0.504, abs=1e-3)
    split = adjusted(raw, "split")
    assert split.close[row] / split.close[row - 1] == pytest.approx(1.008, abs=1e-3)
    assert split.volume[row - 1] == 2 * raw.volume[row - 1]
    assert split.close[-1] == raw.close[-1]


@pytest.mark.parametrize("ticker", ["AAPL", "FB", "GOOG", "IBM", "MSFT"])
def test_the_total_return_view_is_the_upstreams_adjusted_close(
    world: World, register: Register, load: Callable[..., Job], ticker: str
) -> None:
    register(ticker)
    load(world, ticker)
    ours = adjusted(bars(world, ticker), "total_return").close
    np.testing.assert_allclose(ours, adjusted_closes(HISTORY[ticker]), rtol=1e-13)


def test_an_unknown_symbol_leaves_nothing_behind_but_the_reason(
    world: World, register: Register, load: Callable[..., Job]
) -> None:
    register("NOSUCH")
    job = load(world, "NOSUCH")
    assert job.state == "failed"
    assert job.problem is not None
    assert (job.problem["status"], job.problem["title"]) == (404, "Unknown symbol")
    for table in ("daily_bar", "daily_bar_revision", "corporate_action"):
        assert count(world.database, f"market.{table}") == 0
    assert status(world, "NOSUCH").state == "failed"
    with world.database.transaction() as session:  # what the gateway does then
        session.execute(text("DELETE FROM market.symbol WHERE ticker = 'NOSUCH'"))
    assert count(world.database, "market.symbol_status") == 0


def test_the_bar_of_an_open_session_is_not_stored(
    make_world: MakeWorld, register: Register, load: Callable[..., Job]
) -> None:
    """The sandbox already has March 1st, but by our clock that session is not over."""
    register("IBM")
    world = make_world(market_date=date(2013, 2, 28))
    load(world, "IBM")
    assert bars(world, "IBM").date[-1] == np.datetime64("2013-02-28")


@pytest.mark.parametrize(
    ("fault", "status_code", "problem_type"),
    [
        (Fault.HTML, 503, "service-unavailable"),
        (Fault.SERVER_ERROR, 503, "service-unavailable"),
        (Fault.EMPTY, 502, "upstream-has-no-data"),
        (Fault.NEW_WORDING, 502, "upstream-wrong"),
        (Fault.TRUNCATED, 502, "upstream-wrong"),
        (Fault.REDIRECT, 502, "upstream-wrong"),
        (Fault.SAMPLE_ROWS, 503, "not-in-plan"),
    ],
)
def test_a_load_whose_answers_go_wrong_fails_with_the_right_problem_and_stores_nothing(
    *,
    world: World,
    register: Register,
    load: Callable[..., Job],
    exchange: Exchange,
    fault: Fault,
    status_code: int,
    problem_type: str,
) -> None:
    register("IBM")
    exchange.faults.rules.append(FaultRule(fault, times=99))
    job = load(world, "IBM")
    assert job.state == "failed"
    assert job.problem is not None
    assert job.problem["status"] == status_code
    assert str(job.problem["type"]).endswith(f"/{problem_type}")
    assert count(world.database, "market.daily_bar") == 0
    assert status(world, "IBM").state == "failed"


def test_after_a_failed_load_the_next_one_succeeds(
    world: World, register: Register, load: Callable[..., Job], exchange: Exchange
) -> None:
    register("IBM")
    exchange.faults.rules.append(FaultRule(Fault.SERVER_ERROR, times=3))
    assert load(world, "IBM").state == "failed"
    assert load(world, "IBM").state == "succeeded"
    assert status(world, "IBM").state == "ready"
    assert count(world.database, "market.symbol_status") == 1
