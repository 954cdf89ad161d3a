"""Kept runs: the same question of the same owner is the same run, and nobody sees another's."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text

from barline_core.db import Database

pytestmark = pytest.mark.usefixtures("msft_stored")


def ask(client: httpx.Client, winbuy: int, **changes: str) -> dict[str, object]:
    params = {"symbol": "MSFT", "winbuy": str(winbuy), "winsell": "100"} | changes
    response = client.get("/back_test", params=params)
    assert response.status_code == 200, response.text
    document: dict[str, object] = response.json()
    return document


def test_the_same_owner_asking_the_same_gets_the_same_run(client: httpx.Client) -> None:
    first = ask(client, 20)
    again = ask(client, 20, initial_investment="10000", rule="level", symbol="msft")
    assert again == first
    assert ask(client, 21)["run_id"] != first["run_id"]


def test_another_owner_gets_a_run_of_their_own_with_the_same_digest(
    client: httpx.Client, stranger: httpx.Client
) -> None:
    mine, theirs = ask(client, 20), ask(stranger, 20)
    assert mine["digest"] == theirs["digest"]
    assert mine["run_id"] != theirs["run_id"]


def test_a_run_reads_back_as_it_was_answered(client: httpx.Client) -> None:
    made = ask(client, 20)
    path = f"/back_test/runs/{made['run_id']}"
    assert client.get(path).json() == made
    small = client.get(path, params={"include": ""}).json()
    assert small == {k: v for k, v in made.items() if k not in {"trades", "equity_curve"}}
    only = client.get(path, params={"include": "trades"}).json()
    assert only["trades"] == made["trades"]
    assert "equity_curve" not in only


def test_a_run_is_kept_whole_whatever_its_first_answer_included(client: httpx.Client) -> None:
    made = ask(client, 33, include="")
    assert client.get(f"/back_test/runs/{made['run_id']}").json()["trades"]


def test_the_run_of_another_owner_does_not_exist(
    client: httpx.Client, stranger: httpx.Client
) -> None:
    run_id = ask(client, 20)["run_id"]
    hidden = stranger.get(f"/back_test/runs/{run_id}")
    missing = stranger.get("/back_test/runs/run-0000")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["type"] == missing.json()["type"]


def test_prices_are_not_kept_with_a_run(client: httpx.Client) -> None:
    run_id = ask(client, 20)["run_id"]
    response = client.get(f"/back_test/runs/{run_id}", params={"include": "prices"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == "include"


def test_the_list_has_ones_own_runs_page_by_page(
    client: httpx.Client, stranger: httpx.Client, database: Database
) -> None:
    asked = [ask(client, winbuy)["run_id"] for winbuy in (40, 41, 42)]
    ask(stranger, 43)
    listed: list[str] = []
    url: str | None = "/back_test/runs?page_size=2"
    while url is not None:
        page = client.get(url).json()
        listed += [run["run_id"] for run in page["results"]]
        url = page["next"]
    assert listed[:3] == asked[::-1]
    with database.transaction() as session:
        owned = session.scalar(text("SELECT count(*) FROM market.backtest_run WHERE owner_id = 1"))
    assert len(listed) == len(set(listed)) == page["count"] == owned
    assert page["previous"] is not None


def test_a_row_of_the_list_tells_runs_apart(client: httpx.Client) -> None:
    made = ask(client, 44)
    row = client.get("/back_test/runs", params={"symbol": "msft"}).json()["results"][0]
    assert row["run_id"] == made["run_id"]
    assert row["digest"] == made["digest"]
    assert row["parameters"] == made["parameters"]
    assert row["metrics"] == {
        name: made["metrics"][name]
        for name in ("total_return", "cagr", "max_drawdown", "sharpe", "trades")
    }
    assert row["created_at"].endswith("Z")
    assert client.get("/back_test/runs", params={"symbol": "OTHER"}).json()["results"] == []


@pytest.mark.parametrize(
    ("parameter", "value"), [("page", "0"), ("page_size", "201"), ("page", "x"), ("sort", "date")]
)
def test_a_wrong_parameter_of_the_list_is_a_400_that_names_it(
    client: httpx.Client, parameter: str, value: str
) -> None:
    response = client.get("/back_test/runs", params={parameter: value})
    assert response.status_code == 400
    assert response.json()["errors"][0]["parameter"] == parameter


def test_the_same_question_asked_at_once_is_one_run(
    client: httpx.Client, database: Database
) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(client, 77), range(8)))
    assert all(answer == answers[0] for answer in answers)
    with database.transaction() as session:
        count = text("SELECT count(*) FROM market.backtest_run WHERE digest = :digest")
        assert session.scalar(count, {"digest": answers[0]["digest"]}) == 1
