"""Sweeps and walk-forwards through the public door, the queue and a worker of the running system."""

import httpx
import pytest

GRID = {
    "winbuy": {"start": 5, "stop": 205, "step": 2},
    "winsell": {"start": 5, "stop": 205, "step": 2},
}


def test_ten_thousand_cells_with_their_statistics_in_one_call(api: httpx.Client) -> None:
    body = {"symbols": ["MSFT"], **GRID, "slippage_bps": 5}
    answer = api.post("/back_test/sweeps", json=body, params={"wait": 30})
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert len(document["cells"]) == 10_000
    assert document["timing"]["cells_s"] > 0
    assert 0 <= document["probability_of_overfitting"] <= 1
    assert 0 < document["reality_check_p"] <= 1
    best = document["best"]
    query = {"symbol": "MSFT", "winbuy": best["winbuy"], "winsell": best["winsell"]}
    run = api.get("/back_test", params={**query, "slippage_bps": 5}).json()
    for name in ("total_return", "cagr", "max_drawdown", "sharpe", "trades"):
        assert best[name] == pytest.approx(run["metrics"][name], rel=1e-12, abs=1e-12)
    assert api.get(f"/back_test/sweeps/{document['id']}").json()["cells"] == document["cells"]
    assert api.get(document["job"]["result"]).status_code == 200
    path = f"/back_test/runs/{run['run_id']}"
    assert api.post(f"{path}/verify").json()["outcome"] == "identical"
    assert api.post(f"{path}/audit", json={"dates": 5}).json()["passed"] is True
    assert len(api.get(f"{path}/sensitivity").json()["variations"]) == 96
    assert api.get(path, params={"format": "csv", "part": "equity"}).text.count("\n") > 3_000


def test_a_universe_sweep_and_its_job(api: httpx.Client) -> None:
    small = {
        "winbuy": {"start": 5, "stop": 50, "step": 5},
        "winsell": {"start": 5, "stop": 50, "step": 5},
    }
    body = {"symbols": ["IBM", "AAPL", "MSFT"], **small}
    document = api.post("/back_test/sweeps", json=body, params={"wait": 30}).json()
    assert [part["symbol"] for part in document["symbols"]] == ["IBM", "AAPL", "MSFT"]
    job = api.get(f"/jobs/{document['job']['id']}").json()
    assert (job["state"], job["progress"]) == ("succeeded", 1.0)


def test_a_walk_forward(api: httpx.Client) -> None:
    body = {
        "symbol": "IBM",
        "winbuy": {"start": 5, "stop": 50, "step": 5},
        "winsell": {"start": 5, "stop": 50, "step": 5},
    }
    document = api.post("/back_test/walk_forwards", json=body, params={"wait": 30}).json()
    assert document["job"]["state"] == "succeeded"
    assert len(document["windows"]) == 10


def test_a_bad_sweep_names_what_is_wrong(api: httpx.Client) -> None:
    answer = api.post("/back_test/sweeps", json={"symbols": ["MSFT"], **GRID, "fill": "never"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/fill"
