"""The sandbox steered over HTTP, as a test in another process does it."""

from datetime import date

import httpx
import pytest

from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault
from barline_sandbox.history import real_history

FREE_KEY = "FR33KEY8SECRET1A"


@pytest.fixture
def upstream(sandbox_url: str, exchange: Exchange) -> httpx.Client:
    with httpx.Client(base_url=sandbox_url) as client:
        yield client


def daily(upstream: httpx.Client, symbol: str = "IBM", **more: str) -> httpx.Response:
    query = {"function": "TIME_SERIES_DAILY", "symbol": symbol, "apikey": "k", **more}
    return upstream.get("/query", params=query)


def test_days_pass_when_told(upstream: httpx.Client) -> None:
    upstream.post("/sandbox/clock", json={"market_date": "2013-02-27"})
    assert daily(upstream).json()["Meta Data"]["3. Last Refreshed"] == "2013-02-27"
    state = upstream.post("/sandbox/clock", json={"advance_days": 2}).json()
    assert state["market_date"] == "2013-03-01"
    assert daily(upstream).json()["Meta Data"]["3. Last Refreshed"] == "2013-03-01"


def test_a_new_day_brings_a_new_budget(upstream: httpx.Client) -> None:
    upstream.post("/sandbox/clock", json={"market_date": "2013-02-27"})
    bodies = [daily(upstream, apikey=FREE_KEY).json() for _ in range(26)]
    assert ["Information" in body for body in bodies] == [False] * 25 + [True]
    assert FREE_KEY in bodies[-1]["Information"]
    upstream.post("/sandbox/clock", json={"advance_days": 1})
    assert "Meta Data" in daily(upstream, apikey=FREE_KEY).json()


def test_in_the_middle_of_a_session_its_bar_is_unfinished(upstream: httpx.Client) -> None:
    upstream.post("/sandbox/clock", json={"market_date": "2013-03-01", "market_time": "12:30"})
    body = daily(upstream).json()
    assert body["Meta Data"]["3. Last Refreshed"] == "2013-03-01 12:30:00"
    source = real_history()["IBM"]
    bar = body["Time Series (Daily)"]["2013-03-01"]
    assert float(bar["1. open"]) == source.open[-1]
    assert int(bar["5. volume"]) == source.volume[-1] // 3


def test_a_fault_is_asked_for_by_a_header_or_a_parameter(upstream: httpx.Client) -> None:
    assert daily(upstream, sandbox_fault="server-error").status_code == 503
    query = {"function": "TIME_SERIES_DAILY", "symbol": "IBM", "apikey": "k"}
    wished = upstream.get("/query", params=query, headers={"X-Sandbox-Fault": "empty"})
    assert wished.json() == {}
    assert daily(upstream, sandbox_fault="earthquake").status_code == 400


def test_faults_are_planned_and_used_up(upstream: httpx.Client) -> None:
    plan = {"fault": "html", "times": 2, "skip": 1, "symbol": "ibm"}
    upstream.post("/sandbox/faults", json=plan)
    kinds = [daily(upstream).headers["content-type"].partition(";")[0] for _ in range(4)]
    assert kinds == ["application/json", "text/html", "text/html", "application/json"]
    upstream.post("/sandbox/faults", json={"fault": "html", "times": 9})
    assert upstream.delete("/sandbox/faults").json()["faults"] == []


@pytest.mark.parametrize("fault", sorted(set(Fault) - {Fault.STALL, Fault.CUT_OFF}))
def test_every_fault_changes_the_answer(upstream: httpx.Client, fault: Fault) -> None:
    assert daily(upstream, sandbox_fault=fault).content != daily(upstream).content


def test_a_connection_can_break_in_the_middle(upstream: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        daily(upstream, sandbox_fault="cut-off")


def test_a_session_is_restated_and_a_share_delisted(upstream: httpx.Client) -> None:
    wish = {"symbol": "ibm", "date": "2013-02-28", "close": 199.99}
    upstream.post("/sandbox/restatements", json=wish)
    series = daily(upstream).json()["Time Series (Daily)"]
    assert series["2013-02-28"]["4. close"] == "199.9900"
    upstream.post("/sandbox/delistings", json={"symbol": "ibm"})
    assert "Error Message" in daily(upstream).json()
    search = {"function": "SYMBOL_SEARCH", "keywords": "ibm", "apikey": "k"}
    assert upstream.get("/query", params=search).json() == {"bestMatches": []}
    upstream.post("/sandbox/delistings", json={"symbol": "ibm", "listed": True})
    assert "Meta Data" in daily(upstream).json()


def test_a_key_changes_its_tier(upstream: httpx.Client) -> None:
    upstream.post("/sandbox/keys", json={"key": "mine", "tier": "demo"})
    assert "**demo**" in daily(upstream, "AAPL", apikey="mine").json()["Information"]


def test_requests_are_listed_without_their_keys(upstream: httpx.Client) -> None:
    upstream.post("/sandbox/clock", json={"market_date": "2013-03-01"})
    daily(upstream, outputsize="full", apikey="secret")
    answer = upstream.get("/sandbox/requests")
    assert answer.json() == [
        {
            "day": "2013-03-01",
            "function": "TIME_SERIES_DAILY",
            "symbol": "IBM",
            "outputsize": "full",
        }
    ]
    assert "secret" not in answer.text
    assert upstream.delete("/sandbox/requests").json()["requests"] == 0


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("clock", {"market_date": "soon"}),
        ("faults", {"fault": "earthquake"}),
        ("faults", {}),
        ("keys", {"key": "k", "tier": "gold"}),
        ("restatements", {"symbol": "IBM", "date": "2013-03-02", "close": 1}),
        ("restatements", {"symbol": "NONE", "date": "2013-03-01", "close": 1}),
    ],
)
def test_what_cannot_be_done_is_said(
    upstream: httpx.Client, exchange: Exchange, path: str, wish: object
) -> None:
    exchange.market_date = date(2013, 3, 1)
    answer = upstream.post(f"/sandbox/{path}", json=wish)
    assert answer.status_code == 400
    assert answer.json()["detail"]
