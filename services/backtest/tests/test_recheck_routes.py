"""Verify, audit, sensitivity and exports of kept runs, through the real service."""

import io
import re
import zlib
from datetime import date, timedelta

import httpx
import orjson
import pytest
from fastapi import FastAPI
from pyarrow import csv, parquet
from sqlalchemy import text

from barline_backtest.app import create_app
from barline_backtest.settings import BacktestSettings
from barline_core.db import Database
from barline_core.testing import InternalClient

from .stored_bars import KNOWN_FROM, store_actions, store_bars

pytestmark = pytest.mark.usefixtures("msft_stored")


def made(client: httpx.Client, symbol: str = "MSFT", **changes: str) -> dict[str, object]:
    params = {"symbol": symbol, "winbuy": "20", "winsell": "50"} | changes
    response = client.get("/back_test", params=params)
    assert response.status_code == 200, response.text
    document: dict[str, object] = response.json()
    return document


def verified(client: httpx.Client, run_id: object) -> dict[str, object]:
    response = client.post(f"/back_test/runs/{run_id}/verify")
    assert response.status_code == 200, response.text
    document: dict[str, object] = response.json()
    return document


@pytest.fixture
def walk_id(database: Database, request: pytest.FixtureRequest) -> tuple[str, int]:
    """A symbol of the test's own, whose bars it may change."""
    ticker = f"W{abs(hash(request.node.name)) % 10**8}"
    bars = [
        (date(2020, 1, 1) + timedelta(days=i), 50 + i % 13 + i / 40, 50 + i % 11 + i / 40)
        for i in range(300)
    ]
    with database.transaction() as session:
        return ticker, store_bars(session, ticker, bars, dividends={bars[150][0]: 0.5})


def test_a_run_made_again_is_identical(client: httpx.Client) -> None:
    run = made(client, slippage_bps="2")
    answer = verified(client, run["run_id"])
    assert answer["outcome"] == "identical"
    assert answer["digest"] == {"then": run["digest"], "now": run["digest"]}
    assert answer["differences"] == []


def test_a_run_is_identical_after_a_restart_of_the_service(
    client: httpx.Client, app: FastAPI, internal_client: InternalClient
) -> None:
    run = made(client, fill="same_close", shares="whole", average="ema", rule="cross")
    settings: BacktestSettings = app.state.settings
    again = internal_client(create_app(settings), service="backtest", user_id=1)
    assert verified(again, run["run_id"])["outcome"] == "identical"
    assert again.get(f"/back_test/runs/{run['run_id']}").json() == run


def test_bars_that_came_later_restate_nothing(
    client: httpx.Client, database: Database, walk_id: tuple[str, int]
) -> None:
    ticker, symbol_id = walk_id
    run = made(client, ticker, price_basis="total_return")
    with database.transaction() as session:
        session.execute(
            text(
                "INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume, known_from)"
                " VALUES (:id, '2021-06-01', 70, 70, 70, 70, 1, :known)"
            ),
            {"id": symbol_id, "known": KNOWN_FROM},
        )
        store_actions(session, symbol_id, "dividend", {date(2021, 6, 1): 3.0})
    assert verified(client, run["run_id"])["outcome"] == "identical"


def test_a_restated_price_is_named_with_what_it_changed(
    client: httpx.Client, database: Database, walk_id: tuple[str, int]
) -> None:
    ticker, symbol_id = walk_id
    run = made(client, ticker)
    with database.transaction() as session:
        session.execute(
            text(
                "UPDATE market.daily_bar SET close = close * 1.01 WHERE symbol_id = :id"
                " AND date = '2020-10-01'"
            ),
            {"id": symbol_id},
        )
    answer = verified(client, run["run_id"])
    assert answer["outcome"] == "data restated"
    assert answer["data_version"]["then"] != answer["data_version"]["now"]
    assert "beta" in {one["metric"] for one in answer["differences"]}


@pytest.mark.parametrize("column", ["engine_version", "number"])
def test_changed_code_is_named_even_when_nobody_raised_the_version(
    client: httpx.Client, database: Database, walk_id: tuple[str, int], column: str
) -> None:
    """The kept answer is altered instead of the code: the two differ either way."""
    run = made(client, walk_id[0])
    kept = orjson.loads(orjson.dumps(run))
    if column == "engine_version":
        kept["certificate"]["engine_version"] = "0.9.0"
    else:
        kept["metrics"]["sharpe"] += 1e-15
    with database.transaction() as session:
        session.execute(
            text("UPDATE market.backtest_run SET result = :result WHERE id = :id"),
            {"result": zlib.compress(orjson.dumps(kept)), "id": run["run_id"]},
        )
    answer = verified(client, run["run_id"])
    assert answer["outcome"] == "code changed"


def test_the_audit_of_a_kept_run_passes(client: httpx.Client) -> None:
    run = made(client)
    path = f"/back_test/runs/{run['run_id']}/audit"
    report = client.post(path).json()
    assert report["passed"] is True
    assert report["checked"] == len(report["dates"]) == 20
    small = client.post(path, json={"dates": 3, "seed": 9}).json()
    assert (small["checked"], small["seed"]) == (3, 9)
    refused = client.post(path, json={"dates": 0})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == "/dates"


def test_the_sensitivity_card_of_a_kept_run(client: httpx.Client) -> None:
    run = made(client, slippage_bps="5")
    card = client.get(f"/back_test/runs/{run['run_id']}/sensitivity").json()
    assert len(card["variations"]) == 96
    [same] = [
        one
        for one in card["variations"]
        if (one["fill"], one["slippage_bps"], one["start_shift_months"], one["price_basis"])
        == ("next_open", 5.0, 0, "total_return")
    ]
    for name in ("total_return", "cagr", "max_drawdown", "sharpe", "trades"):
        assert same[name] == pytest.approx(run["metrics"][name], rel=1e-12)
    assert (
        card["ranges"]["sharpe"]["lowest"] <= same["sharpe"] <= card["ranges"]["sharpe"]["highest"]
    )


@pytest.mark.parametrize(
    ("method", "action"), [("GET", "sensitivity"), ("POST", "verify"), ("POST", "audit")]
)
def test_nobody_rechecks_the_run_of_another(
    client: httpx.Client, stranger: httpx.Client, method: str, action: str
) -> None:
    run = made(client)
    response = stranger.request(method, f"/back_test/runs/{run['run_id']}/{action}")
    assert response.status_code == 404
    assert response.json()["type"].endswith("/unknown-run")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_trades_and_equity_export_with_every_digit(client: httpx.Client, form: str) -> None:
    run = made(client)
    path = f"/back_test/runs/{run['run_id']}"
    tables = {}
    for part in ("trades", "equity"):
        response = client.get(path, params={"format": form, "part": part})
        assert response.status_code == 200
        assert (
            f'filename="{run["run_id"]}-{part}.{form}"' in response.headers["Content-Disposition"]
        )
        source = io.BytesIO(response.content)
        tables[part] = csv.read_csv(source) if form == "csv" else parquet.read_table(source)
    assert tables["equity"].column("equity").to_pylist() == run["equity_curve"]["equity"]
    days = [str(day) for day in tables["equity"].column("date").to_pylist()]
    assert days == run["equity_curve"]["date"]
    trades = tables["trades"]
    assert trades.column_names == list(run["trades"][0])
    for name in ("profit", "return", "entry_fill_price"):
        assert trades.column(name).to_pylist() == [row[name] for row in run["trades"]]


def test_no_field_of_an_export_can_be_a_formula(client: httpx.Client) -> None:
    path = f"/back_test/runs/{made(client)['run_id']}"
    plain = re.compile(r"-?\d[\d.e+-]*|\d{4}-\d\d-\d\d|true|false|")
    for part in ("trades", "equity"):
        text = client.get(path, params={"format": "csv", "part": part}).text
        header, *rows = text.splitlines()
        assert re.fullmatch(r"[a-z_,\"]+", header)
        assert rows
        assert all(plain.fullmatch(field) for row in rows for field in row.split(","))


def test_a_run_without_trades_exports_a_header(client: httpx.Client) -> None:
    run = made(client, winbuy="2000", winsell="2000", start="2000-02-01", end="2000-03-01")
    assert run["trades"] == []
    path = f"/back_test/runs/{run['run_id']}"
    response = client.get(path, params={"format": "csv"})
    assert response.text.count("\n") == 1
    assert "entry_signal_date" in response.text
    assert client.get(path, params={"format": "xlsx"}).status_code == 400
