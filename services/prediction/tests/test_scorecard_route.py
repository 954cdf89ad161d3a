"""`GET /ai_prediction/scorecard`: which stored forecasts count, and what is said when none does."""

import json
from datetime import date

import httpx
import numpy as np
import pytest

from barline_core.db import Database
from barline_core.problems import TYPE_PREFIX

from .stored_bars import add_closes, recent_sessions, store_closes, wandering

SESSIONS = 400


def scorecard(client: httpx.Client, symbol: str, **query: str) -> dict[str, object]:
    answer = client.get("/ai_prediction/scorecard", params={"symbol": symbol, **query})
    assert answer.status_code == 200, answer.text

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in JSON")

    card: dict[str, object] = json.loads(answer.content, parse_constant=refuse)
    return card


def hindcast(client: httpx.Client, symbol: str, as_of: date) -> dict[str, object]:
    query = {"symbol": symbol, "as_of": as_of.isoformat()}
    made: dict[str, object] = client.get("/ai_prediction", params=query).json()
    return made


def test_without_a_forecast_everything_is_said_to_be_missing(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        store_closes(session, "NONE", recent_sessions(SESSIONS), wandering(SESSIONS))
    card = scorecard(client, "none", step="1")
    assert card["records"] == []
    assert card["left_out"] == {"in_sample": 0, "remade": 0, "not_met_yet": 0}
    assert card["outcomes"]["vintage_id"] == []
    assert card["verdict"].startswith("Not scored yet")


def test_a_symbol_without_bars_has_an_empty_scorecard(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        store_closes(session, "EMPTY", [], wandering(0 + 1)[:0])
    card = scorecard(client, "EMPTY")
    assert (card["records"], card["scored_through"]) == ([], None)


def test_live_and_hindcast_are_kept_apart_and_meet_their_closes_later(
    client: httpx.Client, database: Database
) -> None:
    dates, closes = recent_sessions(SESSIONS), wandering(SESSIONS)
    known = SESSIONS - 10
    with database.transaction() as session:
        symbol_id = store_closes(session, "LATER", dates[:known], closes[:known])
    client.get("/ai_prediction", params={"symbol": "LATER"})
    hindcast(client, "LATER", dates[known - 40])
    before = scorecard(client, "LATER")
    assert [record["kind"] for record in before["records"]] == ["hindcast"]
    assert before["left_out"]["not_met_yet"] == 1
    assert "no live forecast of LATER" in before["verdict"]
    assert "Over 1 hindcast of LATER" in before["verdict"]
    with database.transaction() as session:
        add_closes(session, symbol_id, dates[known:], closes[known:])
    after = scorecard(client, "LATER")
    live, past = after["records"]
    assert (live["kind"], live["overall"]["outcomes"]) == ("live", 10)
    assert (past["kind"], past["overall"]["outcomes"]) == ("hindcast", 30)
    assert live["by_step"][10]["absolute_error"] is None
    assert after["verdict"] == live["verdict"]
    assert live["verdict"].startswith("Over 1 scored forecast of LATER")
    only = scorecard(client, "LATER", kind="live")
    assert only["records"] == [live]
    assert scorecard(client, "LATER", start=dates[known].isoformat())["records"] == []
    assert scorecard(client, "LATER", end=dates[known - 40].isoformat())["records"] == [past]


def test_closes_after_a_split_are_rebased_to_the_shares_that_were_forecast(
    client: httpx.Client, database: Database
) -> None:
    """The same walk, once with a 4-for-1 split five sessions after the origin: the same scores."""
    dates, smooth = recent_sessions(SESSIONS), wandering(SESSIONS)
    origin = SESSIONS - 31
    raw = np.where(np.arange(SESSIONS) < origin + 5, smooth, smooth / 4.0)
    with database.transaction() as session:
        store_closes(session, "WHOLE", dates, smooth)
        store_closes(session, "PARTED", dates, raw, splits={dates[origin + 5]: 4.0})
    for symbol in ("WHOLE", "PARTED"):
        hindcast(client, symbol, dates[origin])
    (whole,), (parted,) = (scorecard(client, symbol)["records"] for symbol in ("WHOLE", "PARTED"))
    for name in ("absolute_error", "percentage_error", "pinball_loss", "coverage_80"):
        assert parted["overall"][name] == pytest.approx(whole["overall"][name], rel=1e-12)


def test_in_sample_forecasts_count_in_nothing(client: httpx.Client, database: Database) -> None:
    dates = recent_sessions(SESSIONS)
    with database.transaction() as session:
        store_closes(session, "AAPL", dates, wandering(SESSIONS))
    assert hindcast(client, "AAPL", dates[-40])["in_sample"] is True
    card = scorecard(client, "AAPL")
    assert (card["records"], card["left_out"]["in_sample"]) == ([], 1)


def test_of_forecasts_made_again_after_a_restatement_the_first_counts(
    client: httpx.Client, database: Database
) -> None:
    dates, closes = recent_sessions(SESSIONS), wandering(SESSIONS)
    with database.transaction() as session:
        symbol_id = store_closes(session, "AGAIN", dates[1:], closes[1:])
    first = hindcast(client, "AGAIN", dates[-31])
    with database.transaction() as session:
        add_closes(session, symbol_id, dates[:1], closes[:1])
    second = hindcast(client, "AGAIN", dates[-31])
    assert second["vintage_id"] != first["vintage_id"]
    card = scorecard(client, "AGAIN", step="30")
    assert card["left_out"]["remade"] == 1
    assert card["outcomes"]["vintage_id"] == [first["vintage_id"]]


def test_a_price_that_never_moves_leaves_nothing_to_divide_by(
    client: httpx.Client, database: Database
) -> None:
    dates = recent_sessions(SESSIONS)
    with database.transaction() as session:
        store_closes(session, "FLAT", dates, np.full(SESSIONS, 20.0))
    hindcast(client, "FLAT", dates[-31])
    (record,) = scorecard(client, "FLAT")["records"]
    overall = record["overall"]
    assert (overall["absolute_error"], overall["mase"]) == (0.0, None)
    assert overall["baselines"]["naive"]["gain"] is None
    assert record["beats_naive"] is None
    assert "the price never moved" in record["verdict"]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"model_version": "99"}, "model_version"),
        ({"model_version": "one two"}, "model_version"),
        ({"kind": "dead"}, "kind"),
        ({"start": "2013-01-01", "end": "2012-01-01"}, "end"),
        ({"start": "20130101"}, "start"),
        ({"end": "soon"}, "end"),
        ({"step": "0"}, "step"),
        ({"step": "31"}, "step"),
        ({"step": "5.0"}, "step"),
        ({"steps": "5"}, "steps"),
        ({"symbol": "no good"}, "symbol"),
    ],
)
@pytest.mark.usefixtures("ibm_stored")
def test_a_wrong_parameter_is_named_in_a_400(
    client: httpx.Client, query: dict[str, str], wrong: str
) -> None:
    answer = client.get("/ai_prediction/scorecard", params={"symbol": "IBM"} | query)
    assert answer.status_code == 400
    assert answer.json()["type"] == f"{TYPE_PREFIX}invalid-input"
    assert [error["parameter"] for error in answer.json()["errors"]] == [wrong]


def test_an_unknown_symbol_and_a_missing_one(client: httpx.Client) -> None:
    unknown = client.get("/ai_prediction/scorecard", params={"symbol": "NOPE"})
    assert (unknown.status_code, unknown.json()["type"]) == (404, f"{TYPE_PREFIX}unknown-symbol")
    assert client.get("/ai_prediction/scorecard").status_code == 400


def test_bars_after_the_origin_change_nothing_in_a_forecast(
    client: httpx.Client, database: Database
) -> None:
    """The same bars up to the origin and another future, another split and another dividend in it: the same answer."""
    dates, closes = recent_sessions(SESSIONS), wandering(SESSIONS)
    origin = SESSIONS - 60
    shaken = closes.copy()
    shaken[origin + 1 :] *= np.random.default_rng(5).uniform(0.2, 5.0, SESSIONS - origin - 1)
    with database.transaction() as session:
        store_closes(session, "CALM", dates, closes)
        store_closes(session, "SHAKEN", dates, shaken, splits={dates[origin + 7]: 3.0})
    calm, other = (hindcast(client, symbol, dates[origin]) for symbol in ("CALM", "SHAKEN"))
    assert calm["predictions"] == other["predictions"]
    assert calm["based_on"] == other["based_on"]
