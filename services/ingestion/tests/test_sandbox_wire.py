"""The sandbox over real HTTP speaks the wire format that Alpha Vantage has been recorded to speak."""

import json
from datetime import date

import httpx
import pytest

from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.keys import KeyBook, Tier


def ask(url: str, **query: str) -> httpx.Response:
    return httpx.get(f"{url}/query", params={"apikey": "any-key", **query})


def sentence(url: str, **query: str) -> tuple[str, str]:
    """The one member of a body that is a sentence."""
    [(kind, text)] = ask(url, **query).json().items()
    return kind, text


def test_daily_has_four_decimals_newest_first_and_all_strings(sandbox_url: str) -> None:
    answer = ask(sandbox_url, function="TIME_SERIES_DAILY", symbol="ibm")
    document = answer.json()
    assert document["Meta Data"] == {
        "1. Information": "Daily Prices (open, high, low, close) and Volumes",
        "2. Symbol": "IBM",
        "3. Last Refreshed": "2013-03-01",
        "4. Output Size": "Compact",
        "5. Time Zone": "US/Eastern",
    }
    days = list(document["Time Series (Daily)"].items())
    assert len(days) == 100
    assert days[0] == (
        "2013-03-01",
        {
            "1. open": "200.6500",
            "2. high": "202.9400",
            "3. low": "199.3600",
            "4. close": "202.9100",
            "5. volume": "3308300",
        },
    )
    assert [day for day, _ in days] == sorted((day for day, _ in days), reverse=True)
    assert answer.text == json.dumps(document, indent=4)


def test_adjusted_has_plain_floats_and_its_volume_sixth(sandbox_url: str) -> None:
    answer = ask(
        sandbox_url, function="TIME_SERIES_DAILY_ADJUSTED", symbol="AAPL", outputsize="full"
    )
    document = answer.json()
    assert document["Meta Data"]["4. Output Size"] == "Full size"
    days = document["Time Series (Daily)"]
    assert len(days) == 3270
    split_day = days["2005-02-28"]
    assert list(split_day) == [
        "1. open",
        "2. high",
        "3. low",
        "4. close",
        "5. adjusted close",
        "6. volume",
        "7. dividend amount",
        "8. split coefficient",
    ]
    assert split_day["8. split coefficient"] == "2.0"
    assert days["2013-02-07"]["7. dividend amount"] == "2.6500"
    assert days["2013-03-01"]["5. adjusted close"] == days["2013-03-01"]["4. close"] == "430.47"


def test_csv_has_crlf_and_the_functions_header(sandbox_url: str) -> None:
    answer = ask(sandbox_url, function="TIME_SERIES_DAILY_ADJUSTED", symbol="MSFT", datatype="csv")
    lines = answer.text.split("\r\n")
    assert lines[0] == (
        "timestamp,open,high,low,close,adjusted_close,volume,dividend_amount,split_coefficient"
    )
    assert len(lines) == 102
    assert lines[-1] == ""
    assert answer.headers["content-type"] == "application/x-download"


def test_an_error_in_csv_mode_is_json(sandbox_url: str) -> None:
    kind, text = sentence(
        sandbox_url, function="TIME_SERIES_DAILY", symbol="NOSUCH", datatype="csv"
    )
    assert kind == "Error Message"
    assert text.startswith("Invalid API call.")
    assert text.endswith("for TIME_SERIES_DAILY.")


def test_splits_and_dividends_are_listed_newest_first(sandbox_url: str) -> None:
    splits = ask(sandbox_url, function="SPLITS", symbol="AAPL").json()
    assert splits == {
        "symbol": "AAPL",
        "data": [
            {"effective_date": "2005-02-28", "split_factor": "2.0000"},
            {"effective_date": "2000-06-21", "split_factor": "2.0000"},
        ],
    }
    dividends = ask(sandbox_url, function="DIVIDENDS", symbol="MSFT", datatype="csv").text
    assert dividends.split("\r\n")[:2] == [
        "ex_dividend_date,declaration_date,record_date,payment_date,amount",
        "2013-02-19,None,None,None,0.23",
    ]
    assert ask(sandbox_url, function="SPLITS", symbol="NOSUCH").json()["data"] == []


def test_search_finds_by_symbol_and_by_name(sandbox_url: str) -> None:
    [match] = ask(sandbox_url, function="SYMBOL_SEARCH", keywords="microsoft").json()["bestMatches"]
    assert match["1. symbol"] == "MSFT"
    assert match["8. currency"] == "USD"
    assert ask(sandbox_url, function="SYMBOL_SEARCH", keywords="zzz").json() == {"bestMatches": []}


def test_a_missing_key_and_a_missing_function_are_named(sandbox_url: str) -> None:
    assert "apikey is invalid or missing" in sentence(sandbox_url, apikey="")[1]
    assert sentence(sandbox_url, function="")[1] == "This API function () does not exist."


def test_only_get_is_answered_and_only_what_the_caller_accepts(sandbox_url: str) -> None:
    assert httpx.post(f"{sandbox_url}/query").status_code == 405
    refused = httpx.get(f"{sandbox_url}/query", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert list(refused.json()) == ["detail"]


@pytest.fixture
def free_keys(exchange: Exchange) -> list[float]:
    """All keys are free; the list holds the sandbox's seconds."""
    seconds = [0.0]
    exchange.keys = KeyBook(lambda: seconds[0], default_tier=Tier.FREE)
    exchange.market_date = date(2013, 3, 1)
    return seconds


def test_a_free_key_gets_compact_daily_bars_only(sandbox_url: str, free_keys: list[float]) -> None:
    assert "Meta Data" in ask(sandbox_url, function="TIME_SERIES_DAILY", symbol="IBM").json()
    free_keys[0] += 2
    full = sentence(sandbox_url, function="TIME_SERIES_DAILY", symbol="IBM", outputsize="full")
    assert "outputsize=full parameter value is a premium feature" in full[1]
    free_keys[0] += 2
    adjusted = sentence(sandbox_url, function="TIME_SERIES_DAILY_ADJUSTED", symbol="IBM")
    assert "This is a premium endpoint" in adjusted[1]


def test_a_free_key_gets_one_request_a_second(sandbox_url: str, free_keys: list[float]) -> None:
    ask(sandbox_url, function="SPLITS", symbol="IBM")
    kind, text = sentence(sandbox_url, function="SPLITS", symbol="IBM")
    assert (kind, "more sparingly (1 request per second)" in text) == ("Information", True)


def test_a_free_key_gets_25_requests_a_day(
    sandbox_url: str, free_keys: list[float], exchange: Exchange
) -> None:
    for _ in range(25):
        free_keys[0] += 2
        assert "data" in ask(sandbox_url, function="SPLITS", symbol="IBM").json()
    free_keys[0] += 2
    text = sentence(sandbox_url, function="SPLITS", symbol="IBM")[1]
    assert text.startswith("We have detected your API key as any-key and our standard API rate")
    exchange.market_date = date(2013, 3, 2)
    assert "data" in ask(sandbox_url, function="SPLITS", symbol="IBM").json()


def test_the_demo_key_knows_ibm_only(sandbox_url: str) -> None:
    good = {"apikey": "demo", "function": "TIME_SERIES_DAILY_ADJUSTED", "symbol": "IBM"}
    assert "Meta Data" in ask(sandbox_url, **good).json()
    assert "**demo** API key" in sentence(sandbox_url, **(good | {"symbol": "MSFT"}))[1]


def test_on_an_earlier_market_date_later_bars_and_actions_do_not_exist(
    sandbox_url: str, exchange: Exchange
) -> None:
    exchange.market_date = date(2005, 2, 25)
    days = ask(
        sandbox_url, function="TIME_SERIES_DAILY_ADJUSTED", symbol="AAPL", outputsize="full"
    ).json()["Time Series (Daily)"]
    assert next(iter(days)) == "2005-02-25"
    assert days["2005-02-25"]["5. adjusted close"] == days["2005-02-25"]["4. close"]
    assert len(ask(sandbox_url, function="SPLITS", symbol="AAPL").json()["data"]) == 1
    unlisted = sentence(sandbox_url, function="TIME_SERIES_DAILY", symbol="FB")
    assert unlisted[0] == "Error Message"


def test_a_restated_close_is_served_from_then_on(sandbox_url: str, exchange: Exchange) -> None:
    exchange.restate_close("IBM", date(2013, 2, 28), 199.99)
    days = ask(sandbox_url, function="TIME_SERIES_DAILY", symbol="IBM").json()
    assert days["Time Series (Daily)"]["2013-02-28"]["4. close"] == "199.9900"


def test_a_fault_is_given_as_often_as_planned_and_to_the_planned_request(
    sandbox_url: str, exchange: Exchange
) -> None:
    exchange.faults.rules.append(FaultRule(Fault.HTML, times=1, symbol="IBM"))
    assert "data" in ask(sandbox_url, function="SPLITS", symbol="MSFT").json()
    assert ask(sandbox_url, function="SPLITS", symbol="IBM").text.startswith("<!DOCTYPE html>")
    assert "data" in ask(sandbox_url, function="SPLITS", symbol="IBM").json()
