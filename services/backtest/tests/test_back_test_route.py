"""`GET /back_test` through the real service, on bars in a real database."""

import json
from datetime import date, timedelta

import httpx
import pytest
from bokeh_sampledata.stocks import AAPL
from sqlalchemy import text

from barline_core.db import Database

from .cases import Case
from .slow_loop import tell, tell_holding
from .slow_metrics import measure
from .stored_bars import register, store_bars

pytestmark = pytest.mark.usefixtures("msft_stored")

DEFAULTS = {"symbol": "MSFT", "winbuy": "50", "winsell": "200"}


def ask(client: httpx.Client, **changes: str) -> httpx.Response:
    return client.get("/back_test", params=DEFAULTS | changes)


def read(response: httpx.Response) -> dict[str, object]:
    """The answer, refusing what JSON does not have."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in JSON")

    assert response.status_code == 200, response.text
    document: dict[str, object] = json.loads(response.content, parse_constant=refuse)
    return document


def finding_ids(document: dict[str, object]) -> set[str]:
    return {finding["id"] for finding in document["findings"]}


def test_the_answer_has_the_values_of_the_slow_loop(client: httpx.Client, msft: Case) -> None:
    document = read(ask(client, initial_investment="10000"))
    story = tell(msft.days, msft.opens, msft.closes, msft.choices)
    holding = tell_holding(msft.days, msft.opens, msft.closes, msft.choices)
    for part, told in (("metrics", story), ("buy_and_hold", holding)):
        expected = measure(told, holding, msft.choices)
        assert document[part].keys() == expected.keys()
        for name, value in expected.items():
            found = document[part][name]
            if isinstance(value, date):
                assert found == value.isoformat()
            elif value is None:
                assert found is None
            else:
                assert found == pytest.approx(value, rel=1e-9, abs=1e-9), name
    curve = document["equity_curve"]
    assert curve["equity"] == pytest.approx(story.equity, rel=1e-9)
    assert curve["buy_and_hold"] == pytest.approx(holding.equity, rel=1e-9)
    assert curve["date"] == [day.isoformat() for day in msft.days]
    assert len(curve["drawdown"]) == len(msft.days)
    assert min(curve["drawdown"]) == document["metrics"]["max_drawdown"]


def test_the_answer_says_what_it_was_made_of(client: httpx.Client) -> None:
    document = read(ask(client, symbol="msft", start="2005-01-01", commission_bps="2.5"))
    assert document["symbol"] == "MSFT"
    assert document["parameters"] == {
        "symbol": "MSFT",
        "winbuy": 50,
        "winsell": 200,
        "initial_investment": 10000.0,
        "start": "2005-01-03",
        "end": "2013-03-01",
        "rule": "level",
        "fill": "next_open",
        "average": "sma",
        "price_basis": "total_return",
        "commission_bps": 2.5,
        "slippage_bps": 0.0,
        "shares": "fractional",
        "risk_free": 0.0,
        "known_at": None,
    }
    data = document["data"]
    assert (data["first_date"], data["last_date"]) == ("2005-01-03", "2013-03-01")
    assert data["sessions"] == len(document["equity_curve"]["date"])
    assert data["coverage"] == {
        "first_date": "2000-03-01",
        "last_date": "2013-03-01",
        "sessions": 3270,
        "missing_sessions": 0,
        "capability": "daily_adjusted_full",
    }
    assert document["certificate"]["data_version"] == data["data_version"]
    assert document["certificate"]["definitions"]["sharpe"]
    assert document["digest"] == document["certificate"]["digest"]


def test_trades_carry_every_field_and_add_up(client: httpx.Client) -> None:
    document = read(ask(client, commission_bps="5", slippage_bps="3"))
    trades = document["trades"]
    assert set(trades[0]) == {
        "entry_signal_date", "entry_date", "entry_price", "entry_fill_price",
        "entry_average_buy", "entry_average_sell",
        "exit_signal_date", "exit_date", "exit_price", "exit_fill_price",
        "exit_average_buy", "exit_average_sell",
        "shares", "commission", "slippage", "costs", "profit", "return", "sessions_held",
        "best_excursion", "worst_excursion", "open",
    }  # fmt: skip
    assert trades[0]["entry_average_sell"] is None  # 200 closes did not exist yet
    last = trades[-1]
    assert last["open"] == document["metrics"]["open_position"]
    final = document["equity_curve"]["equity"][-1]
    assert sum(trade["profit"] for trade in trades) == pytest.approx(final - 10_000)
    assert sum(t["costs"] for t in trades) == pytest.approx(document["metrics"]["total_costs"])


def test_include_chooses_the_large_parts(client: httpx.Client) -> None:
    small = read(ask(client, include=""))
    assert not {"trades", "equity_curve", "prices"} & small.keys()
    assert {"metrics", "pending_order", "findings"} <= small.keys()
    prices = read(ask(client, include="prices"))["prices"]
    assert set(prices) == {"date", "open", "close", "average_buy", "average_sell"}
    assert prices["average_sell"][:200].count(None) == 199
    assert all(len(column) == 3270 for column in prices.values())


def test_a_pending_order_says_what_it_waits_for(client: httpx.Client) -> None:
    document = read(ask(client, end="2000-05-10"))
    assert document["pending_order"]["side"] == "buy"
    assert document["pending_order"]["signal_date"] == "2000-05-10"
    assert document["pending_order"]["average_buy"] > document["pending_order"]["close"]
    assert document["pending_order"]["average_sell"] is None
    assert document["metrics"]["sharpe"] is None
    assert "no-trades" in finding_ids(document)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *[("winbuy", value) for value in ("0", "1", "-1", "1.5", "50.0", "abc", "", "1e2", "2001")],
        *[("winsell", value) for value in ("0", "-5", "x", "99999999999999999999")],
        *[("initial_investment", value) for value in ("0", "-1", "nan", "inf", "1e13", "ten")],
        *[
            ("start", value)
            for value in ("2005-13-01", "20050101", "yesterday", "2005-01-01T00:00")
        ],
        *[("end", value) for value in ("2005-02-30", "0", "")],
        *[("commission_bps", value) for value in ("-1", "10000", "nan")],
        *[("slippage_bps", value) for value in ("-0.1", "1e9")],
        *[("risk_free", value) for value in ("-1", "1.01", "inf")],
        *[("known_at", value) for value in ("2024-01-01", "1700000000", "2024-01-01T00:00:00")],
        ("rule", "both"),
        ("fill", "open"),
        ("average", "wma"),
        ("price_basis", "adjusted"),
        ("shares", "half"),
        ("include", "trades,everything"),
        ("symbol", "A B"),
        ("symbol", ""),
        ("symbol", "X" * 21),
        ("window", "3"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(
    client: httpx.Client, parameter: str, value: str
) -> None:
    response = ask(client, **{parameter: value})
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert [error["parameter"] for error in problem["errors"]] == [parameter]
    assert problem["errors"][0]["detail"]


@pytest.mark.parametrize("parameter", ["symbol", "winbuy", "winsell"])
def test_a_parameter_left_out_is_a_400_that_names_it(client: httpx.Client, parameter: str) -> None:
    params = {name: value for name, value in DEFAULTS.items() if name != parameter}
    response = client.get("/back_test", params=params)
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_an_end_before_the_start_is_a_400_that_names_the_end(client: httpx.Client) -> None:
    response = ask(client, start="2010-01-01", end="2009-12-31")
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "end"


def test_a_window_longer_than_the_history_is_no_error(
    client: httpx.Client, database: Database
) -> None:
    with database.transaction() as session:
        days = [date(2020, 1, 6) + timedelta(days=i) for i in range(4)]
        store_bars(session, "SHORT", [(day, 10.0 + i, 10.0) for i, day in enumerate(days)])
    document = read(ask(client, symbol="SHORT", winbuy="2000", winsell="300"))
    assert document["metrics"]["trades"] == 0
    assert {"window-longer-than-history", "no-trades"} <= finding_ids(document)


def test_an_unknown_symbol_is_a_404(client: httpx.Client) -> None:
    response = ask(client, symbol="NOSUCH")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/unknown-symbol")


def test_a_symbol_without_bars_is_a_409(client: httpx.Client, database: Database) -> None:
    with database.transaction() as session:
        register(session, "EMPTY")
    response = ask(client, symbol="EMPTY")
    assert response.status_code == 409
    assert response.json()["type"].endswith("/not-enough-history")


@pytest.mark.parametrize("dates", [{"start": "2020-01-01"}, {"end": "1999-01-01"}])
def test_dates_beyond_the_bars_are_a_409(client: httpx.Client, dates: dict[str, str]) -> None:
    response = ask(client, **dates)
    assert response.status_code == 409
    assert "2000-03-01 to 2013-03-01" in response.json()["detail"]


def test_bars_not_known_yet_are_a_409(client: httpx.Client) -> None:
    response = ask(client, known_at="2023-12-31T23:59:59Z")
    assert response.status_code == 409
    assert "known_at" in response.json()["detail"]


def test_known_at_reads_the_bars_as_they_were(client: httpx.Client) -> None:
    then = read(ask(client, known_at="2024-06-01T02:00:00+02:00"))
    now = read(ask(client))
    assert then["parameters"]["known_at"] == "2024-06-01T00:00:00Z"
    assert then["metrics"] == now["metrics"]
    assert then["data"]["data_version"] == now["data"]["data_version"]


def test_a_call_without_a_token_is_a_401(client: httpx.Client) -> None:
    response = httpx.get(str(client.base_url) + "/back_test", params=DEFAULTS)
    assert response.status_code == 401


def test_a_split_is_no_drawdown(client: httpx.Client, database: Database) -> None:
    bars = [
        (date.fromisoformat(day), opened, closed)
        for day, opened, closed in zip(AAPL["date"], AAPL["open"], AAPL["close"], strict=True)
    ]
    splits = {date(2000, 6, 21): 2.0, date(2005, 2, 28): 2.0}
    with database.transaction() as session:
        store_bars(session, "AAPL", bars, splits=splits)
    window = {"symbol": "AAPL", "start": "2005-01-03", "end": "2005-06-30"}
    adjusted = read(ask(client, **window))["buy_and_hold"]
    raw = read(ask(client, **window, price_basis="raw"))["buy_and_hold"]
    assert adjusted["max_drawdown"] > -0.3
    assert raw["max_drawdown"] < -0.5
    assert adjusted["total_return"] == pytest.approx(2 * (1 + raw["total_return"]) - 1)


def test_sessions_that_are_missing_or_unusable_are_findings(
    client: httpx.Client, database: Database
) -> None:
    # The week of 2024-01-08 has five sessions; one has no bar, one an open of zero.
    bars = [(date(2024, 1, day), 10.0, 10.0 + day % 3) for day in (8, 9, 11)]
    bars.append((date(2024, 1, 12), 0.0, 11.0))
    bars += [(date(2024, 1, day), 11.0, 10.0 + day % 3) for day in (16, 17, 18, 19)]
    with database.transaction() as session:
        store_bars(session, "HOLES", bars)
    document = read(ask(client, symbol="HOLES", winbuy="2", winsell="2"))
    messages = {finding["id"]: finding["message"] for finding in document["findings"]}
    assert "2024-01-10" in messages["missing-sessions"]
    assert "2024-01-12" in messages["unusable-prices"]
    assert document["data"]["sessions"] == 7
    assert document["data"]["coverage"]["missing_sessions"] == 1


def test_a_constant_price_answers_with_nulls(client: httpx.Client, database: Database) -> None:
    with database.transaction() as session:
        days = [date(2020, 1, 6) + timedelta(days=i) for i in range(60)]
        store_bars(session, "FLAT", [(day, 33.3, 33.3) for day in days])
    document = read(ask(client, symbol="FLAT", winbuy="5", winsell="10"))
    assert document["metrics"]["sharpe"] is None
    assert document["buy_and_hold"]["sharpe"] is None
    assert {"no-trades", "undefined-metrics"} <= finding_ids(document)


def test_the_service_is_ready_once_its_engine_is_compiled(
    client: httpx.Client, database: Database
) -> None:
    assert client.get("/readyz").status_code == 200
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM market.backtest_run")) > 0
