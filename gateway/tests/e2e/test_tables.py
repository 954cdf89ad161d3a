"""Every CSV that leaves through the public door: no field of it is a formula to a spreadsheet, whatever was sent in."""

import csv
import io
import re
from collections.abc import Iterator

import httpx
import pytest

from .conftest import Stack

# A spreadsheet takes what begins with one of = + - @ tab or return for a formula, unless it is a number.
PLAIN = re.compile(
    r"|-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|\d{4}-\d\d-\d\d|true|false|[A-Z0-9][A-Z0-9.\-]{0,19}"
)
HEADING = re.compile(r"[a-z][a-z_0-9]*")
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", '=HYPERLINK("http://x")']
HEAD = "timestamp,open,high,low,close,volume\n"
RANGE = {"start": 20, "stop": 60, "step": 20}


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as opened:
        yield opened


@pytest.fixture(scope="module")
def tables(client: httpx.Client) -> dict[str, list[httpx.Response]]:
    """Every CSV there is, by the route that gives it."""
    run = client.get("/back_test", params={"symbol": "MSFT", "winbuy": "50", "winsell": "200"})
    grid = {"symbols": ["MSFT", "IBM"], "winbuy": RANGE, "winsell": RANGE}
    sweep = client.post("/back_test/sweeps", json=grid, params={"wait": 30}).json()["id"]
    runs, sweeps = "/back_test/runs/{run_id}", "/back_test/sweeps/{study_id}"
    asked: dict[str, list[tuple[str, dict[str, str]]]] = {
        "/financial_data/data": [
            ("/financial_data/data", {"symbol": "AAPL", "price_basis": basis})
            for basis in ("raw", "split")
        ],
        runs: [
            (f"/back_test/runs/{run.json()['run_id']}", {"part": part})
            for part in ("trades", "equity")
        ],
        sweeps: [(f"/back_test/sweeps/{sweep}", {})],
    }
    return {
        route: [client.get(path, params={**query, "format": "csv"}) for path, query in reads]
        for route, reads in asked.items()
    }


def test_every_route_that_gives_csv_is_looked_at(
    client: httpx.Client, tables: dict[str, list[httpx.Response]]
) -> None:
    paths = client.get("/api/schema/").json()["paths"]
    assert set(tables) == {
        path
        for path, methods in paths.items()
        for found in methods.values()
        for answer in found["responses"].values()
        if "text/csv" in answer.get("content", {})
    }


def test_no_field_is_a_formula(tables: dict[str, list[httpx.Response]]) -> None:
    for route, answers in tables.items():
        for answer in answers:
            assert answer.status_code == 200, answer.text
            assert answer.headers["content-type"].startswith("text/csv")
            assert answer.headers["x-content-type-options"] == "nosniff"
            heading, *rows = csv.reader(io.StringIO(answer.text))
            assert rows
            assert all(HEADING.fullmatch(name) for name in heading), route
            wrong = {field for row in rows for field in row if not PLAIN.fullmatch(field)}
            assert wrong == set(), route


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_gets_into_no_table(client: httpx.Client, formula: str) -> None:
    """Not as a symbol, and not as a cell of a file."""
    grid = {"symbols": [formula], "winbuy": RANGE, "winsell": RANGE}
    refused = [
        client.post("/financial_data/add", json={"symbol": formula}),
        client.post("/back_test/sweeps", json=grid),
        upload(client, formula, f"{HEAD}2013-01-02,10,11,9,10,100\n"),
        upload(client, "FORMULA", f'{HEAD}2013-01-02,10,11,9,"{quoted(formula)}",100\n'),
        upload(client, "FORMULA", f'{HEAD}"{quoted(formula)}",10,11,9,10,100\n'),
    ]
    assert [answer.status_code for answer in refused] == [400] * len(refused)
    assert client.get("/financial_data/data", params={"search": "FORMULA"}).json()["count"] == 0


def upload(client: httpx.Client, symbol: str, text: str) -> httpx.Response:
    return client.post(
        "/financial_data/import",
        data={"symbol": symbol},
        files={"file": ("bars.csv", text.encode(), "text/csv")},
    )


def quoted(text: str) -> str:
    return text.replace('"', '""')
