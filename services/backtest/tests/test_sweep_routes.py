"""Sweeps through the real service, its queue and a real database."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from barline_core.db import Database
from barline_core.testing import InternalClient

from .queue_running import run_queue
from .stored_bars import register, store_bars

pytestmark = pytest.mark.usefixtures("msft_stored")

GRID = {
    "winbuy": {"start": 5, "stop": 45, "step": 5},
    "winsell": {"start": 10, "stop": 90, "step": 10},
}
CELL = {"symbol", "winbuy", "winsell", "total_return", "cagr", "max_drawdown", "sharpe", "trades"}
EXACT = {
    "timing", "cells", "best", "trials", "prior_trials", "deflated_sharpe",
    "probability_of_overfitting", "reality_check_p", "findings",
}  # fmt: skip

Work = Callable[[], None]


@pytest.fixture
def work(database: Database, database_url: str) -> Work:
    return lambda: run_queue(database, database_url)


@pytest.fixture(scope="module")
def others_stored(database: Database) -> None:
    """A random walk, a constant price, and a symbol without bars."""
    rng = np.random.default_rng(3)
    walk = 50.0 * np.exp(np.cumsum(rng.normal(0, 0.02, 600)))
    days = [date(2019, 1, 1) + timedelta(days=i) for i in range(600)]
    with database.transaction() as session:
        closes = [float(close) for close in walk]
        store_bars(session, "WALK", list(zip(days, closes, closes, strict=True)))
        store_bars(session, "FLAT", [(day, 10.0, 10.0) for day in days])
        register(session, "EMPTY")


def order(client: httpx.Client, **changes: object) -> httpx.Response:
    return client.post("/back_test/sweeps", json={"symbols": ["MSFT"], **GRID, **changes})


def done(client: httpx.Client, work: Work, **changes: object) -> dict[str, object]:
    ordered = order(client, **changes)
    assert ordered.status_code == 202, ordered.text
    work()
    response = client.get(f"/back_test/sweeps/{ordered.json()['id']}")
    assert response.status_code == 200, response.text

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in JSON")

    document: dict[str, object] = json.loads(response.content, parse_constant=refuse)
    return document


def test_a_sweep_is_a_job_with_a_result(client: httpx.Client, work: Work) -> None:
    ordered = order(client, commission_bps=5)
    assert ordered.status_code == 202
    assert ordered.headers["Location"] == f"/back_test/sweeps/{ordered.json()['id']}"
    assert set(ordered.json()) == {"id", "job"}
    job = ordered.json()["job"]
    assert (job["kind"], job["state"], job["progress"]) == ("sweep", "queued", 0.0)
    work()
    job = client.get(f"/jobs/{job['id']}").json()
    assert (job["state"], job["progress"]) == ("succeeded", 1.0)
    document = client.get(job["result"]).json()
    assert document.keys() >= EXACT
    assert document["id"] == ordered.json()["id"]
    assert len(document["cells"]) == 64
    assert all(set(cell) == CELL for cell in document["cells"])
    assert document["timing"]["cells_s"] > 0
    assert document["parameters"]["commission_bps"] == 5.0


def test_a_cell_of_the_answer_is_the_single_run(client: httpx.Client, work: Work) -> None:
    document = done(client, work, slippage_bps=2.0, start="2003-01-01")
    best = document["best"]
    assert best == max(document["cells"], key=lambda cell: cell["sharpe"] or -9)
    for cell in (best, document["cells"][0], document["cells"][37]):
        query = {name: cell[name] for name in ("symbol", "winbuy", "winsell")}
        answer = client.get(
            "/back_test", params={**query, "slippage_bps": "2", "start": "2003-01-01"}
        )
        metrics = answer.json()["metrics"]
        for name in CELL - set(query):
            assert cell[name] == pytest.approx(metrics[name], rel=1e-12, abs=1e-12), name


def test_the_cells_come_in_the_order_of_the_grid(client: httpx.Client, work: Work) -> None:
    document = done(client, work)
    windows = [(cell["winbuy"], cell["winsell"]) for cell in document["cells"]]
    assert windows == [(b, s) for b in range(5, 45, 5) for s in range(10, 90, 10)]
    heat = client.get(f"/back_test/sweeps/{document['id']}", params={"include": "heatmap"}).json()
    assert "cells" not in heat
    matrix = heat["heatmap"]["MSFT"]
    assert matrix["winbuy"] == list(range(5, 45, 5))
    flat = [value for row in matrix["sharpe"] for value in row]
    assert flat == [cell["sharpe"] for cell in document["cells"]]


def test_csv_has_one_line_a_cell_with_every_digit(client: httpx.Client, work: Work) -> None:
    document = done(client, work)
    response = client.get(f"/back_test/sweeps/{document['id']}", params={"format": "csv"})
    assert response.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in response.headers["Content-Disposition"]
    lines = [line.replace('"', "").split(",") for line in response.text.splitlines()]
    assert lines[0][:3] == ["symbol", "winbuy", "winsell"]
    assert len(lines) == 65
    for line, cell in zip(lines[1:], document["cells"], strict=True):
        assert float(line[3]) == cell["total_return"]
        assert float(line[6]) == cell["sharpe"]


def test_earlier_trials_of_the_same_owner_count_and_others_do_not(
    app: FastAPI, internal_client: InternalClient, work: Work
) -> None:
    def client_of(user_id: int) -> httpx.Client:
        return internal_client(app, service="backtest", user_id=user_id)

    ada, bob = client_of(71), client_of(72)
    first = done(ada, work)
    assert (first["prior_trials"], first["trials"]) == (0, 64)
    assert done(ada, work)["prior_trials"] == 0  # the same cells again are no new trials
    for winbuy in (100, 101, 100, 5):  # the last one is a cell of the sweep
        ada.get("/back_test", params={"symbol": "MSFT", "winbuy": winbuy, "winsell": 20})
    assert done(ada, work)["prior_trials"] == 2
    other = done(ada, work, fill="next_close")
    assert (other["prior_trials"], other["trials"]) == (66, 130)
    assert done(bob, work)["prior_trials"] == 0


@pytest.mark.usefixtures("others_stored")
def test_a_universe_has_one_entry_a_symbol(client: httpx.Client, work: Work) -> None:
    symbols = ["WALK", "MSFT", "FLAT", "EMPTY"]
    document = done(client, work, symbols=symbols)
    parts = {part["symbol"]: part for part in document["symbols"]}
    assert list(parts) == symbols
    assert len(document["cells"]) == 3 * 64
    assert parts["EMPTY"]["problem"]["type"].endswith("/not-enough-history")
    assert parts["FLAT"]["best"] is None
    assert "no-cell-has-a-sharpe" in {one["id"] for one in parts["FLAT"]["findings"]}
    assert document["trials"] == sum(parts[name]["trials"] for name in symbols[:3])
    sharpes = {name: parts[name]["best"]["sharpe"] for name in ("WALK", "MSFT")}
    assert document["best"]["symbol"] == max(sharpes, key=lambda name: sharpes[name])
    assert 0 <= document["deflated_sharpe"] <= parts[document["best"]["symbol"]]["deflated_sharpe"]
    assert document["probability_of_overfitting"] is None
    findings = {one["id"] for one in document["findings"]}
    assert findings == {"statistics-by-symbol", "symbols-failed"}
    only = client.get(f"/back_test/sweeps/{document['id']}", params={"symbol": "walk"}).json()
    assert {cell["symbol"] for cell in only["cells"]} == {"WALK"}
    assert only["best"]["symbol"] == "WALK"


@pytest.mark.usefixtures("others_stored")
def test_a_sweep_of_nothing_but_failures_fails(client: httpx.Client, work: Work) -> None:
    ordered = order(client, symbols=["EMPTY"]).json()
    work()
    job = client.get(f"/jobs/{ordered['job']['id']}").json()
    assert job["state"] == "failed"
    assert job["problem"]["type"].endswith("/nothing-computed")
    document = client.get(f"/back_test/sweeps/{ordered['id']}").json()
    assert document["cells"] == []
    assert document["best"] is None


def test_the_sweep_of_another_owner_does_not_exist(
    client: httpx.Client, stranger: httpx.Client, work: Work
) -> None:
    document = done(client, work)
    hidden = stranger.get(f"/back_test/sweeps/{document['id']}")
    missing = stranger.get("/back_test/sweeps/sweep-0000")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["type"] == missing.json()["type"]
    assert stranger.get(f"/jobs/{document['job']['id']}").status_code == 404
    assert stranger.delete(f"/jobs/{document['job']['id']}").status_code == 404


def test_a_sweep_that_waits_can_be_cancelled(client: httpx.Client, work: Work) -> None:
    ordered = order(client).json()
    assert client.get(f"/back_test/sweeps/{ordered['id']}").status_code == 202
    job = client.delete(f"/jobs/{ordered['job']['id']}").json()
    assert job["state"] == "cancelled"
    work()
    document = client.get(f"/back_test/sweeps/{ordered['id']}").json()
    assert document["job"]["state"] == "cancelled"
    assert document["cells"] == []
    assert "not-complete" in {one["id"] for one in document["findings"]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"winbuy": {"start": 1, "stop": 9}}, "/winbuy/start"),
        ({"winbuy": {"start": 9, "stop": 9}}, "/winbuy/stop"),
        ({"winbuy": {"start": 5, "stop": 9000}}, "/winbuy/stop"),
        ({"winsell": {"start": 5, "stop": 9, "step": 0}}, "/winsell/step"),
        ({"winsell": {"start": 5.5, "stop": 9}}, "/winsell/start"),
        ({"winsell": {"stop": 9}}, "/winsell/start"),
        ({"winbuy": {"start": 2, "stop": 503}, "winsell": {"start": 2, "stop": 502}}, "/winsell"),
        ({"symbols": []}, "/symbols"),
        ({"symbols": ["no such!"]}, "/symbols/0"),
        ({"symbols": [f"S{i}" for i in range(5_001)]}, "/symbols"),
        # A table carries symbols as they are: none may read as a formula in a spreadsheet.
        ({"symbols": ["=1+1"]}, "/symbols/0"),
        ({"symbols": ["@SUM"]}, "/symbols/0"),
        ({"symbols": ["-MSFT"]}, "/symbols/0"),
        ({"commission_bps": -1}, "/commission_bps"),
        ({"fill": "yesterday"}, "/fill"),
        ({"start": "2010-01-01", "end": "2009-01-01"}, "/end"),
        ({"window": 5}, "/window"),
    ],
)
def test_a_wrong_body_is_a_400_that_points_at_it(
    client: httpx.Client, changes: dict[str, object], pointer: str
) -> None:
    response = order(client, **changes)
    assert response.status_code == 400, response.text
    assert pointer in [error["pointer"] for error in response.json()["errors"]]


def test_a_quarter_of_a_million_cells_are_allowed(client: httpx.Client) -> None:
    largest = {"winbuy": {"start": 2, "stop": 502}, "winsell": {"start": 2, "stop": 502}}
    ordered = order(client, **largest)
    assert ordered.status_code == 202
    client.delete(f"/jobs/{ordered.json()['job']['id']}")


def test_an_unknown_symbol_is_a_404_and_nothing_is_queued(client: httpx.Client) -> None:
    response = order(client, symbols=["MSFT", "NOSUCH"])
    assert response.status_code == 404
    assert response.json()["type"].endswith("/unknown-symbol")
    assert "NOSUCH" in response.json()["detail"]


@pytest.mark.parametrize("parameter", [{"wait": "31"}, {"wait": "x"}, {"sort": "date"}])
def test_a_wrong_parameter_is_a_400(client: httpx.Client, parameter: dict[str, str]) -> None:
    body = {"symbols": ["MSFT"], **GRID}
    assert client.post("/back_test/sweeps", json=body, params=parameter).status_code == 400


WALK = {"symbol": "MSFT", **GRID, "in_sample_sessions": 500, "out_of_sample_sessions": 250}


def test_a_walk_forward_is_a_job_with_a_result(
    client: httpx.Client, stranger: httpx.Client, work: Work
) -> None:
    ordered = client.post("/back_test/walk_forwards", json={**WALK, "mode": "anchored"})
    assert ordered.status_code == 202, ordered.text
    path = f"/back_test/walk_forwards/{ordered.json()['id']}"
    assert client.get(path).status_code == 202
    work()
    document = client.get(path).json()
    assert document["job"]["state"] == "succeeded"
    assert document["plan"]["mode"] == "anchored"
    assert len(document["windows"]) == 12
    curve = document["equity_curve"]
    assert (
        len(curve["date"])
        == len(curve["equity"])
        == sum(window["out_of_sample"]["sessions"] for window in document["windows"])
    )
    assert curve["equity"][-1] / 10_000 - 1 == pytest.approx(
        document["out_of_sample"]["total_return"]
    )
    assert stranger.get(path).status_code == 404


def test_a_walk_forward_without_a_session_left_fails_with_the_reason(
    client: httpx.Client, work: Work
) -> None:
    body = {**WALK, "end": "2001-01-01", "in_sample_sessions": 2_000}
    ordered = client.post("/back_test/walk_forwards", json=body).json()
    work()
    job = client.get(f"/jobs/{ordered['job']['id']}").json()
    assert job["state"] == "failed"
    assert job["problem"]["type"].endswith("/not-enough-history")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"in_sample_sessions": 5}, "/in_sample_sessions"),
        ({"mode": "sideways"}, "/mode"),
        ({"symbol": None}, "/symbol"),
    ],
)
def test_a_wrong_walk_forward_is_a_400_that_points_at_it(
    client: httpx.Client, change: dict[str, object], pointer: str
) -> None:
    response = client.post("/back_test/walk_forwards", json={**WALK, **change})
    assert response.status_code == 400
    assert pointer in [error["pointer"] for error in response.json()["errors"]]
