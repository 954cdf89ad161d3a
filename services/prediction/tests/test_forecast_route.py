"""`GET /ai_prediction` over real HTTP, on real bars in a real database."""

from datetime import date, timedelta

import httpx
import numpy as np
import pytest

from barline_core.db import Database
from barline_core.problems import TYPE_PREFIX
from barline_prediction.intervals import Floats

from .stored_bars import add_closes, recent_sessions, store_closes, wandering

ANSWER = {
    "vintage_id", "symbol", "made_at", "as_of", "hindcast", "in_sample", "model", "based_on", "predictions", "verdict",
}  # fmt: skip
STEP = {
    "step", "date", "close", "lower_80", "upper_80", "lower_95", "upper_95",
    "naive_close", "naive_lower_80", "naive_upper_80", "naive_lower_95", "naive_upper_95",
}  # fmt: skip


def problem_of(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["type"]).removeprefix(TYPE_PREFIX)


@pytest.mark.usefixtures("ibm_stored")
class TestOnIbm:
    def test_the_answer_has_exactly_the_promised_members(self, client: httpx.Client) -> None:
        answer = client.get("/ai_prediction", params={"symbol": "ibm"})
        assert answer.status_code == 200
        forecast = answer.json()
        assert set(forecast) == ANSWER
        assert set(forecast["model"]) == {
            "name", "version", "sha256", "trained_through", "training_symbols",
        }  # fmt: skip
        assert set(forecast["based_on"]) == {"last_date", "last_close", "data_version"}
        assert all(set(step) == STEP for step in forecast["predictions"])
        assert forecast["made_at"].endswith("Z")

    def test_a_live_forecast_starts_at_the_last_raw_close(
        self, client: httpx.Client, ibm: tuple[list[date], Floats]
    ) -> None:
        dates, closes = ibm
        forecast = client.get("/ai_prediction", params={"symbol": "IBM"}).json()
        assert forecast["based_on"]["last_close"] == closes[-1]
        assert forecast["based_on"]["last_date"] == forecast["as_of"] == dates[-1].isoformat()
        assert forecast["hindcast"] is False
        assert forecast["in_sample"] is False
        steps = forecast["predictions"]
        assert [step["step"] for step in steps] == list(range(1, 31))
        for step in steps:
            bounds = [
                step[name] for name in ("lower_95", "lower_80", "close", "upper_80", "upper_95")
            ]
            assert bounds == sorted(bounds)
            assert bounds[0] > 0
            assert step["close"] == step["naive_close"] == closes[-1]

    def test_asking_again_gives_the_same_bytes(self, client: httpx.Client) -> None:
        answers = {client.get("/ai_prediction", params={"symbol": "IBM"}).content for _ in range(3)}
        assert len(answers) == 1

    def test_dates_are_sessions_over_thanksgiving_and_a_half_day(
        self, client: httpx.Client
    ) -> None:
        forecast = client.get(
            "/ai_prediction", params={"symbol": "IBM", "as_of": "2012-11-20"}
        ).json()
        dates = [step["date"] for step in forecast["predictions"]]
        assert dates[:3] == ["2012-11-21", "2012-11-23", "2012-11-26"]
        assert "2012-12-24" in dates
        assert "2012-12-25" not in dates

    def test_as_of_uses_only_the_bars_up_to_it(
        self, client: httpx.Client, ibm: tuple[list[date], Floats]
    ) -> None:
        sunday = client.get(
            "/ai_prediction", params={"symbol": "IBM", "as_of": "2012-12-30"}
        ).json()
        friday = client.get(
            "/ai_prediction", params={"symbol": "IBM", "as_of": "2012-12-28"}
        ).json()
        assert sunday == friday
        assert friday["hindcast"] is True
        assert friday["as_of"] == "2012-12-28"
        dates, closes = ibm
        assert friday["based_on"]["last_close"] == closes[dates.index(date(2012, 12, 28))]

    def test_a_hindcast_at_the_last_bar_is_kept_apart_from_the_live_one(
        self, client: httpx.Client
    ) -> None:
        live = client.get("/ai_prediction", params={"symbol": "IBM"}).json()
        hindcast = client.get(
            "/ai_prediction", params={"symbol": "IBM", "as_of": live["as_of"]}
        ).json()
        assert hindcast["vintage_id"] != live["vintage_id"]
        assert hindcast["predictions"] == live["predictions"]

    def test_a_year_the_model_was_trained_on_is_in_sample(self, client: httpx.Client) -> None:
        forecast = client.get(
            "/ai_prediction", params={"symbol": "IBM", "as_of": "2011-12-30"}
        ).json()
        assert forecast["in_sample"] is True
        assert forecast["verdict"].startswith("In sample")
        after = client.get("/ai_prediction", params={"symbol": "IBM", "as_of": "2012-01-03"}).json()
        assert after["in_sample"] is False
        assert after["verdict"].startswith("Not scored yet")

    def test_history_and_actuals_come_when_asked_for(
        self, client: httpx.Client, ibm: tuple[list[date], Floats]
    ) -> None:
        dates, closes = ibm
        origin = dates.index(date(2012, 12, 31))
        query = {"symbol": "IBM", "as_of": "2012-12-31", "include": "history,actuals"}
        forecast = client.get("/ai_prediction", params=query).json()
        assert set(forecast) == ANSWER | {"history", "actuals"}
        assert forecast["history"]["date"][-1] == "2012-12-31"
        assert forecast["history"]["close"] == closes[origin - 249 : origin + 1].tolist()
        assert forecast["actuals"]["date"] == [step["date"] for step in forecast["predictions"]]
        assert forecast["actuals"]["close"] == closes[origin + 1 : origin + 31].tolist()

    def test_a_live_forecast_has_no_actuals_yet(self, client: httpx.Client) -> None:
        query = {"symbol": "IBM", "include": "actuals"}
        assert client.get("/ai_prediction", params=query).json()["actuals"] == {
            "date": [],
            "close": [],
        }

    @pytest.mark.parametrize(
        "query",
        [
            {"as_of": "2012-13-01"},
            {"as_of": "20121231"},
            {"as_of": "yesterday"},
            {"as_of": "2013-03-03"},  # the market's date is the day before
            {"include": "everything"},
            {"asof": "2012-12-31"},
            {"symbol": "I B M"},
        ],
    )
    def test_a_wrong_parameter_is_named_in_a_400(
        self, client: httpx.Client, query: dict[str, str]
    ) -> None:
        answer = client.get("/ai_prediction", params={"symbol": "IBM"} | query)
        assert answer.status_code == 400
        assert problem_of(answer) == "invalid-input"
        assert [error["parameter"] for error in answer.json()["errors"]] == list(query)

    def test_as_of_before_the_history_is_not_enough_history(self, client: httpx.Client) -> None:
        answer = client.get("/ai_prediction", params={"symbol": "IBM", "as_of": "1999-12-31"})
        assert answer.status_code == 409
        assert problem_of(answer) == "not-enough-history"
        assert "0 usable sessions up to 1999-12-31" in answer.json()["detail"]


def test_a_symbol_nobody_registered_is_unknown(client: httpx.Client) -> None:
    answer = client.get("/ai_prediction", params={"symbol": "NOPE"})
    assert answer.status_code == 404
    assert problem_of(answer) == "unknown-symbol"


def test_no_symbol_is_a_400(client: httpx.Client) -> None:
    answer = client.get("/ai_prediction")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "symbol"


def test_260_sessions_are_enough_and_259_are_not(client: httpx.Client, database: Database) -> None:
    with database.transaction() as session:
        store_closes(session, "SHORT", recent_sessions(259), wandering(259))
        store_closes(session, "ENOUGH", recent_sessions(260), wandering(260))
    short = client.get("/ai_prediction", params={"symbol": "SHORT"})
    assert short.status_code == 409
    assert problem_of(short) == "not-enough-history"
    assert "SHORT has 259 usable sessions; a forecast needs 260" in short.json()["detail"]
    assert client.get("/ai_prediction", params={"symbol": "ENOUGH"}).status_code == 200


def test_a_new_bar_makes_a_new_vintage_and_leaves_the_old_one(
    client: httpx.Client, database: Database
) -> None:
    dates = recent_sessions(301)
    closes = wandering(301)
    with database.transaction() as session:
        symbol_id = store_closes(session, "GROWS", dates[:-1], closes[:-1])
    query = {"symbol": "GROWS"}
    first = client.get("/ai_prediction", params=query).json()
    past = {"symbol": "GROWS", "as_of": dates[-2].isoformat()}
    hindcast = client.get("/ai_prediction", params=past).json()
    with database.transaction() as session:
        add_closes(session, symbol_id, dates[-1:], closes[-1:])
    second = client.get("/ai_prediction", params=query).json()
    assert second["vintage_id"] != first["vintage_id"]
    assert second["as_of"] == dates[-1].isoformat()
    again = client.get("/ai_prediction", params=past).json()
    assert "Over 1 scored forecast of GROWS" in again.pop("verdict")  # one session of it is over
    assert again == {name: part for name, part in hindcast.items() if name != "verdict"}


def test_forecasts_are_in_the_prices_of_the_last_bar_and_a_split_is_no_crash(
    client: httpx.Client, database: Database
) -> None:
    dates = recent_sessions(600)
    smooth = wandering(600, start=100.0, daily=0.01)
    ex_date = 400
    raw = np.where(np.arange(600) < ex_date, smooth, smooth / 7.0)
    with database.transaction() as session:
        store_closes(session, "SPLIT", dates, raw, splits={dates[ex_date]: 7.0})
        store_closes(session, "PLAIN", dates, smooth)
    split = client.get("/ai_prediction", params={"symbol": "SPLIT"}).json()
    plain = client.get("/ai_prediction", params={"symbol": "PLAIN"}).json()
    assert split["based_on"]["last_close"] == raw[-1]
    for ours, theirs in zip(split["predictions"], plain["predictions"], strict=True):
        assert ours["upper_95"] * 7.0 == pytest.approx(theirs["upper_95"], rel=1e-9)
        assert ours["naive_lower_80"] * 7.0 == pytest.approx(theirs["naive_lower_80"], rel=1e-9)

    before = dates[ex_date - 10].isoformat()
    query = {"symbol": "SPLIT", "as_of": before, "include": "history,actuals"}
    hindcast = client.get("/ai_prediction", params=query).json()
    assert hindcast["based_on"]["last_close"] == raw[ex_date - 10]
    np.testing.assert_allclose(
        hindcast["actuals"]["close"], smooth[ex_date - 9 : ex_date + 21], rtol=1e-12
    )
    after = client.get("/ai_prediction", params={"symbol": "SPLIT", "include": "history"}).json()
    np.testing.assert_allclose(after["history"]["close"], smooth[-250:] / 7.0, rtol=1e-12)


def test_unknown_splits_are_said(client: httpx.Client, database: Database) -> None:
    with database.transaction() as session:
        store_closes(session, "UNSURE", recent_sessions(300), wandering(300), actions_known=False)
    verdict = client.get("/ai_prediction", params={"symbol": "UNSURE"}).json()["verdict"]
    assert "splits and dividends of UNSURE are not known" in verdict


def test_a_last_close_of_zero_is_a_409(client: httpx.Client, database: Database) -> None:
    closes = wandering(300)
    closes[-1] = 0.0
    with database.transaction() as session:
        store_closes(session, "ZERO", recent_sessions(300), closes)
    answer = client.get("/ai_prediction", params={"symbol": "ZERO"})
    assert answer.status_code == 409
    assert problem_of(answer) == "unusable-bars"


def test_dates_follow_the_exchange_of_the_symbol(client: httpx.Client, database: Database) -> None:
    dates = recent_sessions(300, date(2012, 12, 20))
    with database.transaction() as session:
        store_closes(session, "TSCO.LON", dates, wandering(300))
    forecast = client.get("/ai_prediction", params={"symbol": "TSCO.LON"}).json()
    days = [step["date"] for step in forecast["predictions"]]
    assert "2012-12-26" not in days  # Boxing Day is a holiday in London only
    assert "2013-01-21" in days  # Martin Luther King's day is one in New York only


def test_the_model_card_tells_where_the_model_comes_from(client: httpx.Client) -> None:
    card = client.get("/ai_prediction/model")
    assert card.status_code == 200
    document = card.json()
    assert document["trained_through"] == "2011-12-30"
    assert len(document["training_symbols"]) == 20
    assert document["held_out"]["origins"] >= 8_000
    assert [score["step"] for score in document["held_out"]["scores"]] == [None, *range(1, 31)]
    assert client.get("/ai_prediction/model", params={"x": 1}).status_code == 400


def test_ready_with_the_shipped_model(client: httpx.Client) -> None:
    assert client.get("/readyz").status_code == 200


def test_only_signed_calls_are_answered(client: httpx.Client) -> None:
    with httpx.Client(base_url=client.base_url) as unsigned:
        assert unsigned.get("/ai_prediction", params={"symbol": "IBM"}).status_code == 401


def test_a_future_date_says_what_today_is(client: httpx.Client) -> None:
    tomorrow = (date(2013, 3, 2) + timedelta(days=1)).isoformat()
    answer = client.get("/ai_prediction", params={"symbol": "IBM", "as_of": tomorrow})
    assert "2013-03-02" in answer.json()["errors"][0]["detail"]
