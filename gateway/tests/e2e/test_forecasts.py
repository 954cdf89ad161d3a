"""Forecasts through the public door of the running system: batches by the worker, the scorecard, a backtest on them."""

import time

import httpx
import pytest

SPAN = {"start": "2012-06-01", "end": "2013-03-01", "every": 3}


def finished(api: httpx.Client, job: dict[str, object]) -> dict[str, object]:
    """The job when it has ended."""
    deadline = time.monotonic() + 120
    while job["state"] in {"queued", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
        job = api.get(f"/jobs/{job['id']}").json()
    return job


def make(api: httpx.Client, **body: object) -> dict[str, object]:
    ordered = api.post("/ai_prediction", json=body)
    assert ordered.status_code == 202, ordered.text
    return finished(api, ordered.json())


def test_a_batch_of_all_symbols_says_what_became_of_each(api: httpx.Client) -> None:
    job = make(api, symbols=["AAPL", "FB", "GOOG", "IBM", "MSFT"])
    assert (job["state"], job["message"]) == ("succeeded", "4 of 5 symbols forecast.")
    results = {row["symbol"]: row for row in api.get(job["result"]).json()["results"]}
    assert results["FB"]["problem"]["type"].endswith("/not-enough-history")
    one = api.get("/ai_prediction", params={"symbol": "IBM"}).json()
    assert results["IBM"]["vintage_id"] == one["vintage_id"]


def test_a_track_record_and_the_verdict_that_rests_on_it(api: httpx.Client) -> None:
    job = make(api, symbols=["GOOG"], hindcasts=SPAN)
    assert job["state"] == "succeeded"
    card = api.get("/ai_prediction/scorecard", params={"symbol": "GOOG"}).json()
    record = next(one for one in card["records"] if one["kind"] == "hindcast")
    assert record["vintages"] >= 50
    naive = record["overall"]["baselines"]["naive"]
    ratio = record["overall"]["pinball_loss"] / naive["pinball_loss"]
    assert naive["gain"] == pytest.approx(1 - ratio, abs=1e-12)
    assert record["verdict"] in card["verdict"]
    assert (
        record["verdict"] in api.get("/ai_prediction", params={"symbol": "GOOG"}).json()["verdict"]
    )


def test_a_backtest_on_stored_forecasts_is_a_run_like_any_other(api: httpx.Client) -> None:
    make(api, symbols=["IBM"], hindcasts=SPAN)
    run = api.post("/back_test/forecasts", json={"symbol": "IBM"}).json()
    told = {finding["id"]: finding["message"] for finding in run["findings"]}
    assert run["trades"] == []
    assert "this rule never buys" in told["forecasts-claim-no-direction"]
    held = api.post("/back_test/forecasts", json={"symbol": "IBM", "threshold_bps": -1}).json()
    assert held["metrics"]["trades"] == 1
    path = f"/back_test/runs/{held['run_id']}"
    assert api.get(path).json() == held
    assert api.post(f"{path}/verify").json()["outcome"] == "identical"


def test_training_symbols_are_scored_by_nobody(api: httpx.Client) -> None:
    make(api, symbols=["MSFT"], as_of="2012-12-31")
    card = api.get("/ai_prediction/scorecard", params={"symbol": "MSFT"}).json()
    assert card["records"] == []
    assert card["left_out"]["in_sample"] >= 1
    refused = api.post("/back_test/forecasts", json={"symbol": "MSFT"})
    assert refused.json()["type"].endswith("/no-stored-forecasts")
