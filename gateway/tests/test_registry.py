"""The registry's routes where no service is up: what the gateway itself answers for."""

from collections.abc import Callable

import httpx
import pytest

KeyMaker = Callable[..., str]


@pytest.fixture
def symbols(clean_database: None) -> list[str]:
    from barline_gateway.registry.models import Symbol

    tickers = ["AAPL", "IBM", "MSFT"]
    Symbol.objects.bulk_create(
        [
            Symbol(ticker=ticker, name=f"Name of {ticker}", active=ticker != "IBM")
            for ticker in tickers
        ]
    )
    return tickers


def test_the_list_has_the_shape_programs_rely_on(client: httpx.Client, symbols: list[str]) -> None:
    page = client.get("/financial_data/data").json()
    assert {name: page[name] for name in ("count", "next", "previous")} == {
        "count": 3,
        "next": None,
        "previous": None,
    }
    assert [row["symbol"] for row in page["results"]] == symbols
    assert page["results"][0] == {
        "symbol": "AAPL",
        "name": "Name of AAPL",
        "exchange": None,
        "currency": None,
        "active": True,
        "status": "pending",
        "coverage": {
            "first_date": None,
            "last_date": None,
            "sessions": 0,
            "missing_sessions": 0,
            "capability": None,
        },
        "last_bar": None,
        "last_refresh": None,
        "data_version": None,
        "findings": [],
        "problem": None,
    }


def test_pages_link_to_each_other(client: httpx.Client, symbols: list[str]) -> None:
    first = client.get("/financial_data/data", params={"page_size": 2}).json()
    assert [row["symbol"] for row in first["results"]] == ["AAPL", "MSFT"] or first["count"] == 3
    second = client.get(first["next"]).json()
    assert [row["symbol"] for row in second["results"]] == symbols[2:]
    assert client.get(second["previous"]).json() == first
    assert client.get("/financial_data/data", params={"page": 99}).json()["results"] == []


def test_the_list_is_searched_sorted_and_filtered(client: httpx.Client, symbols: list[str]) -> None:
    def tickers(**query: str) -> list[str]:
        rows = client.get("/financial_data/data", params=query).json()["results"]
        return [row["symbol"] for row in rows]

    assert tickers(search="ms") == ["MSFT"]
    assert tickers(ordering="-symbol") == ["MSFT", "IBM", "AAPL"]
    assert tickers(active="true") == ["AAPL", "MSFT"]
    assert tickers(search="'; DROP TABLE symbol; --") == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page_size=100000", "page_size"),
        ("ordering=password", "ordering"),
        ("surch=ibm", "surch"),
        ("page=1&page=2", "page"),
    ],
)
def test_a_wrong_query_is_a_400_that_names_the_parameter(
    client: httpx.Client, query: str, parameter: str
) -> None:
    answer = client.get(f"/financial_data/data?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    "symbol", ["", " ", "A B", "-IBM", "X" * 21, "../etc", "<b>", "IBM'--", "É"]
)
def test_what_is_no_symbol_is_a_400_everywhere(client: httpx.Client, symbol: str) -> None:
    added = client.post("/financial_data/add", json={"symbol": symbol})
    assert added.status_code == 400
    assert added.json()["errors"][0]["pointer"] == "/symbol"
    for path in ("/financial_data/data", "/back_test", "/ai_prediction"):
        read = client.get(path, params={"symbol": symbol})
        assert read.status_code == 400
        assert read.json()["errors"][0]["parameter"] == "symbol"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/symbol"),
        ({"symbol": 7}, "/symbol"),
        ({"symbol": "IBM", "symbols": ["AAPL"]}, "/symbol"),
        ({"symbols": []}, "/symbols"),
        ({"symbols": "IBM"}, "/symbols"),
        ({"symbol": "IBM", "sybmol": "X"}, "/sybmol"),
        (["IBM"], ""),
    ],
)
def test_a_wrong_body_is_a_400_that_points_at_it(
    client: httpx.Client, body: object, pointer: str
) -> None:
    answer = client.post("/financial_data/add", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


def test_broken_json_and_unknown_types_are_problems(client: httpx.Client) -> None:
    broken = client.post(
        "/financial_data/add", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (broken.status_code, broken.json()["errors"][0]["pointer"]) == (400, "")
    xml = client.post("/financial_data/add", content=b"<a/>", headers={"Content-Type": "text/xml"})
    assert xml.status_code == 415


def test_a_body_over_a_megabyte_is_refused_unread(client: httpx.Client) -> None:
    answer = client.post("/financial_data/add", content=b"x" * 1_000_001)
    assert answer.status_code == 413
    assert "1,000,000" in answer.json()["detail"]


def test_with_ingestion_down_an_added_symbol_leaves_nothing_behind(client: httpx.Client) -> None:
    answer = client.post("/financial_data/add", json={"symbol": "ibm"})
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "ingestion" in answer.json()["detail"]
    assert client.get("/financial_data/data").json()["count"] == 0


def test_removing_stops_following_but_keeps_the_symbol(
    client: httpx.Client, symbols: list[str]
) -> None:
    assert client.post("/financial_data/remove", json={"symbol": "aapl"}).status_code == 200
    rows = client.get("/financial_data/data", params={"search": "AAPL"}).json()["results"]
    assert [row["active"] for row in rows] == [False]
    assert client.post("/financial_data/remove", json={"symbol": "NOPE"}).status_code == 404


def test_refreshing_an_unregistered_symbol_is_a_404(client: httpx.Client) -> None:
    answer = client.post("/financial_data/refresh", json={"symbols": ["NOPE"]})
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/unknown-symbol")


def test_refreshing_when_nothing_is_followed_is_a_409(client: httpx.Client) -> None:
    assert client.post("/financial_data/refresh").status_code == 409


def test_a_form_works_as_well_as_json(client: httpx.Client) -> None:
    answer = client.post("/financial_data/add", data={"symbol": "A B"})
    assert answer.json()["errors"][0]["pointer"] == "/symbol"


def test_the_unmanaged_models_are_the_tables_of_the_migrations(django_ready: None) -> None:
    """Names, types and nullability: two descriptions of one table must not drift apart."""
    from django.db import connection
    from sqlalchemy.dialects import postgresql

    from barline_core import models as tables
    from barline_gateway.registry import models

    same = {
        "serial": "integer",
        "jsonb": "jsonb",
        "timestamp with time zone": "timestamp with time zone",
    }
    for ours, theirs in (
        (models.Symbol, tables.Symbol),
        (models.SymbolStatus, tables.SymbolStatus),
    ):
        django_columns = {
            field.column: (
                same.get(kind := str(field.db_type(connection)).lower(), kind).replace(
                    "varchar", "character varying"
                ),
                field.null,
            )
            for field in ours._meta.concrete_fields
        }
        sqlalchemy_columns = {
            column.name: (
                str(column.type.compile(postgresql.dialect()))
                .lower()
                .replace("varchar", "character varying"),
                column.nullable,
            )
            for column in theirs.__table__.columns
        }
        assert django_columns == sqlalchemy_columns


def test_every_route_takes_a_trailing_slash(client: httpx.Client, make_key: KeyMaker) -> None:
    for path in ("/financial_data/data", "/livez", "/readyz"):
        assert client.get(path).status_code == client.get(path + "/").status_code == 200
