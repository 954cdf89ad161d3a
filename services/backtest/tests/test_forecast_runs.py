"""`POST /back_test/forecasts`: the engine on signals from stored vintages only, against a loop in plain Python."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.db import Database
from barline_core.problems import TYPE_PREFIX

from .cases import Case
from .queue_running import run_queue

pytestmark = pytest.mark.usefixtures("msft_stored")

FIRST, SESSIONS = 2_900, 120
MADE_AT = datetime(2013, 3, 2, tzinfo=UTC)
numbers = count()


def store_forecast(
    session: Session,
    day: date,
    close: float,
    median: float,
    *,
    symbol: str = "MSFT",
    version: str = "1",
    hindcast: bool = True,
    in_sample: bool = False,
    made_at: datetime = MADE_AT,
) -> None:
    """A vintage with this median at step 5; its other steps do not matter here."""
    number = next(numbers)
    session.execute(
        text(
            "INSERT INTO market.forecast (id, symbol_id, model_name, model_version, model_sha256, last_date,"
            " last_close, bars_digest, hindcast, in_sample, made_at)"
            " SELECT :id, id, 'm', :version, 's', :day, :close, :digest, :hindcast, :in_sample, :made_at"
            " FROM market.symbol WHERE ticker = :symbol"
        ),
        {
            "id": f"vintage-{number}", "version": version, "day": day, "close": close, "digest": str(number),
            "hindcast": hindcast, "in_sample": in_sample, "made_at": made_at, "symbol": symbol,
        },
    )  # fmt: skip
    session.execute(
        text(
            "INSERT INTO market.forecast_step SELECT :id, step, CAST(:day AS date) + step, :median, 1, 9, 1, 9, :close,"
            " 1, 9, 1, 9 FROM generate_series(1, 30) AS step"
        ),
        {"id": f"vintage-{number}", "day": day, "median": median, "close": close},
    )


@pytest.fixture(scope="module")
def promised(database: Database, msft: Case, msft_stored: None) -> Mapping[date, float]:
    """Every third session of half a year a median between 2 % below and 2 % above the close; by date."""
    shares = [0.0, 0.02, 0.004, -0.02, -0.0004, 0.01, 0.0051]
    told: dict[date, float] = {}
    with database.transaction() as session:
        for turn, place in enumerate(range(FIRST, FIRST + SESSIONS, 3)):
            share = shares[turn % len(shares)]
            told[msft.days[place]] = share
            store_forecast(
                session, msft.days[place], msft.closes[place], msft.closes[place] * (1 + share)
            )
    return told


def ask(client: httpx.Client, **changes: object) -> dict[str, object]:
    body = {"symbol": "MSFT", "model_version": "1"} | changes
    answer = client.post("/back_test/forecasts", json=body)
    assert answer.status_code == 200, answer.text
    document: dict[str, object] = answer.json()
    return document


def finding(document: dict[str, object], name: str) -> str:
    return next((one["message"] for one in document["findings"] if one["id"] == name), "")


def slow_equity(
    msft: Case, promised: Mapping[date, float], threshold: float, slippage: float
) -> tuple[list[float], list[date]]:
    """Equity at each close from the first forecast on, and the dates of the fills, one session at a time."""
    cash, shares, wanted, fills = 10_000.0, 0.0, "", []
    equity = []
    for place in range(FIRST, len(msft.days)):
        if wanted == "buy":
            shares, cash = cash / (msft.opens[place] * (1 + slippage)), 0.0
            fills.append(msft.days[place])
        elif wanted == "sell":
            cash, shares = shares * msft.opens[place] * (1 - slippage), 0.0
            fills.append(msft.days[place])
        wanted = ""
        equity.append(cash + shares * msft.closes[place])
        share = promised.get(msft.days[place])
        if share is not None:
            wants_long = share > threshold + 1e-9
            wanted = (
                "buy" if wants_long and not shares else "sell" if not wants_long and shares else ""
            )
    return equity, fills


@pytest.mark.parametrize(("threshold_bps", "slippage_bps"), [(0, 0), (50, 10), (-5, 0)])
def test_the_run_is_that_of_a_slow_loop(
    client: httpx.Client,
    msft: Case,
    promised: Mapping[date, float],
    threshold_bps: float,
    slippage_bps: float,
) -> None:
    document = ask(client, threshold_bps=threshold_bps, slippage_bps=slippage_bps)
    equity, fills = slow_equity(msft, promised, threshold_bps / 1e4, slippage_bps / 1e4)
    assert document["equity_curve"]["equity"] == pytest.approx(equity, rel=1e-12)
    traded = [
        day
        for trade in document["trades"]
        for day in (trade["entry_date"], trade["exit_date"])
        if day is not None
    ]
    assert traded == [day.isoformat() for day in fills]
    assert len(fills) > 4
    assert document["metrics"]["total_return"] == pytest.approx(equity[-1] / 1e4 - 1, rel=1e-12)


def test_what_was_followed_is_said(
    client: httpx.Client, msft: Case, promised: Mapping[date, float]
) -> None:
    document = ask(client)
    parameters, forecasts = document["parameters"], document["forecasts"]
    assert parameters["strategy"] == "forecasts"
    assert (parameters["step"], parameters["threshold_bps"]) == (5, 0.0)
    assert (parameters["model_version"], parameters["vintages"]) == ("1", "any")
    assert "winbuy" not in parameters
    assert "average" not in parameters
    assert parameters["start"] == msft.days[FIRST].isoformat() == forecasts["first_date"]
    assert (forecasts["count"], forecasts["hindcasts"]) == (len(promised), len(promised))
    assert forecasts["long"] == sum(share > 0 for share in promised.values())
    assert "winbuy" not in document["certificate"]["definitions"]
    assert document["certificate"]["definitions"]["rule"].startswith("forecast_median_step_5")
    silent = len(msft.days) - FIRST - len(promised)
    assert finding(document, "sessions-without-forecast").startswith(f"{silent} of ")
    assert "made later" in finding(document, "hindcasts")


def test_it_is_kept_as_a_run_that_can_be_made_again(
    client: httpx.Client, database: Database, msft: Case
) -> None:
    """Also after the ledger has grown: the same question then has another answer, the run is still what it was."""
    with database.transaction() as session:
        for place in range(FIRST, FIRST + 9, 4):
            close = msft.closes[place]
            store_forecast(session, msft.days[place], close, close * 1.01, version="grows")
    document = ask(client, threshold_bps=30, model_version="grows")
    path = f"/back_test/runs/{document['run_id']}"
    assert client.get(path).json() == document
    assert ask(client, threshold_bps=30, model_version="grows") == document
    other = ask(client, threshold_bps=31, model_version="grows")
    assert other["run_id"] != document["run_id"]
    listed = client.get("/back_test/runs", params={"symbol": "MSFT"}).json()["results"]
    assert document["run_id"] in [row["run_id"] for row in listed]
    assert client.post(f"{path}/verify").json()["outcome"] == "identical"
    with database.transaction() as session:
        place, later = FIRST + 2, MADE_AT + timedelta(days=1)
        close = msft.closes[place]
        store_forecast(session, msft.days[place], close, close / 2, version="grows", made_at=later)
    assert ask(client, threshold_bps=30, model_version="grows")["digest"] != document["digest"]
    assert client.post(f"{path}/verify").json()["outcome"] == "identical"


def test_the_card_of_other_set_ups_and_no_audit(
    client: httpx.Client, promised: Mapping[date, float]
) -> None:
    document = ask(client)
    path = f"/back_test/runs/{document['run_id']}"
    card = client.get(f"{path}/sensitivity").json()
    assert len(card["variations"]) == 96
    same = next(
        one
        for one in card["variations"]
        if (one["fill"], one["slippage_bps"], one["start_shift_months"], one["price_basis"])
        == ("next_open", 0.0, 0, "total_return")
    )
    assert same["total_return"] == document["metrics"]["total_return"]
    refused = client.post(f"{path}/audit")
    assert (refused.status_code, refused.json()["type"]) == (409, f"{TYPE_PREFIX}not-for-forecasts")


def test_another_owner_cannot_see_it(
    client: httpx.Client, stranger: httpx.Client, promised: Mapping[date, float]
) -> None:
    run_id = ask(client)["run_id"]
    for path in (f"/back_test/runs/{run_id}", f"/back_test/runs/{run_id}/sensitivity"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/back_test/runs/{run_id}/verify").status_code == 404


def test_a_sweep_does_not_count_it_among_the_windows_tried(
    client: httpx.Client, database: Database, database_url: str, promised: Mapping[date, float]
) -> None:
    ask(client, threshold_bps=77)
    grid = {"start": 5, "stop": 15, "step": 5}
    body = {"symbols": ["MSFT"], "winbuy": grid, "winsell": grid}
    ordered = client.post("/back_test/sweeps", json=body).json()
    run_queue(database, database_url)
    swept = client.get(f"/back_test/sweeps/{ordered['id']}").json()
    assert (swept["job"]["state"], swept["prior_trials"]) == ("succeeded", 0)


@pytest.fixture(scope="module")
def level(database: Database, msft: Case, msft_stored: None) -> None:
    """A model without drift, as the one served is: each median is the last close. Of the last, one is live."""
    with database.transaction() as session:
        for place in range(FIRST, FIRST + 40):
            close = msft.closes[place]
            store_forecast(session, msft.days[place], close, close, version="level")
        live, close = msft.days[FIRST + 40], msft.closes[FIRST + 40]
        early = MADE_AT - timedelta(days=30)
        for kind, median in ((True, close * 3), (False, close)):
            store_forecast(
                session, live, close, median, version="level", hindcast=kind, made_at=early
            )
        store_forecast(session, msft.days[FIRST - 1], close, close, version="level", in_sample=True)


@pytest.mark.usefixtures("level")
class TestWithoutADirection:
    def test_it_says_in_plain_words_why_it_never_buys(self, client: httpx.Client) -> None:
        document = ask(client, model_version="level")
        assert document["trades"] == []
        assert document["metrics"]["total_return"] == 0.0
        assert document["forecasts"]["long"] == 0
        told = finding(document, "forecasts-claim-no-direction")
        assert "how far the price may move, not which way" in told
        assert "this rule never buys" in told

    def test_a_negative_threshold_is_buying_and_holding(self, client: httpx.Client) -> None:
        document = ask(client, model_version="level", threshold_bps=-1)
        assert document["metrics"]["trades"] == 1
        assert document["forecasts"]["long"] == document["forecasts"]["count"] == 41
        assert "this is buying and holding" in finding(document, "forecasts-claim-no-direction")

    def test_a_live_forecast_goes_before_a_hindcast_of_its_date(self, client: httpx.Client) -> None:
        """The hindcast of the last date promises three times the price; the live forecast nothing."""
        both = ask(client, model_version="level")
        assert (both["forecasts"]["count"], both["forecasts"]["hindcasts"]) == (41, 40)
        only = ask(client, model_version="level", vintages="hindcast")
        assert (only["forecasts"]["long"], only["forecasts"]["hindcasts"]) == (1, 41)
        live = ask(client, model_version="level", vintages="live")
        assert (live["forecasts"]["count"], live["forecasts"]["hindcasts"]) == (1, 0)

    def test_in_sample_forecasts_are_left_out_and_counted(self, client: httpx.Client) -> None:
        document = ask(client, model_version="level")
        assert document["forecasts"]["in_sample_left_out"] == 1
        assert finding(document, "in-sample-left-out").startswith("1 stored forecasts")

    def test_only_what_was_made_by_an_instant_is_followed(self, client: httpx.Client) -> None:
        then = (MADE_AT - timedelta(days=1)).isoformat()
        answer = client.post("/back_test/forecasts", json={"symbol": "MSFT", "known_at": then})
        assert answer.status_code == 409  # nor were the bars known then


def test_without_a_stored_forecast_it_says_how_to_make_some(
    client: httpx.Client, promised: Mapping[date, float], msft: Case
) -> None:
    for body in (
        {"model_version": "9"},
        {"vintages": "live", "model_version": "1"},
        {"start": msft.days[-1].isoformat()},
    ):
        answer = client.post("/back_test/forecasts", json={"symbol": "MSFT"} | body)
        assert answer.status_code == 409
        assert answer.json()["type"] == f"{TYPE_PREFIX}no-stored-forecasts"
        assert "POST /ai_prediction" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/symbol"),
        ({"symbol": 7}, "/symbol"),
        ({"symbol": "MSFT", "threshold_bps": "much"}, "/threshold_bps"),
        ({"symbol": "MSFT", "threshold_bps": 10_000}, "/threshold_bps"),
        ({"symbol": "MSFT", "threshold_bps": -10_000}, "/threshold_bps"),
        ({"symbol": "MSFT", "vintages": "dead"}, "/vintages"),
        ({"symbol": "MSFT", "winbuy": 50}, "/winbuy"),
        ({"symbol": "MSFT", "rule": "level"}, "/rule"),
        ({"symbol": "MSFT", "fill": "never"}, "/fill"),
        ({"symbol": "MSFT", "start": "2013-01-02", "end": "2012-01-02"}, "/end"),
        ({"symbol": "MSFT", "include": "everything"}, "/include"),
    ],
)
def test_a_wrong_body_is_a_400_that_says_where(
    client: httpx.Client, body: dict[str, object], pointer: str
) -> None:
    answer = client.post("/back_test/forecasts", json=body)
    assert answer.status_code == 400, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_an_unknown_symbol_is_a_404(client: httpx.Client) -> None:
    answer = client.post("/back_test/forecasts", json={"symbol": "NOPE"})
    assert (answer.status_code, answer.json()["type"]) == (404, f"{TYPE_PREFIX}unknown-symbol")
