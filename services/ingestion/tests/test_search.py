"""Symbol search: a request the first time, none for a week, and none when the day is spent."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text

from barline_core.db import Database
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule

Connect = Callable[..., httpx.Client]


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings],
    internal_client: Connect,
    empty_database: Database,
) -> httpx.Client:
    with empty_database.transaction() as session:
        session.execute(text("TRUNCATE market.symbol_search"))
    return internal_client(create_app(make_settings()), service="ingestion")


def test_a_search_costs_one_request_and_is_kept(client: httpx.Client, exchange: Exchange) -> None:
    first = client.get("/search", params={"keywords": "international  Business"}).json()
    assert first["matches"] == [
        {
            "symbol": "IBM",
            "name": "International Business Machines Corp",
            "type": "Equity",
            "region": "United States",
            "currency": "USD",
            "time_zone": "UTC-04",
        }
    ]
    again = client.get("/search", params={"keywords": "International business "}).json()
    assert (first["cached"], again["cached"]) == (False, True)
    assert again["matches"] == first["matches"]
    assert [function for function, _ in exchange.requests] == ["SYMBOL_SEARCH"]


def test_a_search_without_a_match_is_kept_too(client: httpx.Client, exchange: Exchange) -> None:
    for _ in range(2):
        assert client.get("/search", params={"keywords": "zzz"}).json()["matches"] == []
    assert len(exchange.requests) == 1


def test_after_a_week_it_is_asked_again(
    client: httpx.Client, exchange: Exchange, database: Database
) -> None:
    client.get("/search", params={"keywords": "ibm"})
    with database.transaction() as session:
        session.execute(text("UPDATE market.symbol_search SET asked_at = now() - interval '8 d'"))
    assert not client.get("/search", params={"keywords": "ibm"}).json()["cached"]
    assert len(exchange.requests) == 2


def test_when_the_day_is_spent_the_search_says_when_it_goes_on(
    client: httpx.Client, exchange: Exchange
) -> None:
    exchange.faults.rules.append(FaultRule(Fault.DAILY_QUOTA))
    answer = client.get("/search", params={"keywords": "ibm"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "by its exact name" in answer.json()["detail"]


@pytest.mark.parametrize("keywords", ["", "   ", "x" * 51])
def test_wrong_keywords_spend_nothing(
    client: httpx.Client, exchange: Exchange, keywords: str
) -> None:
    answer = client.get("/search", params={"keywords": keywords})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "keywords"
    assert exchange.requests == []
