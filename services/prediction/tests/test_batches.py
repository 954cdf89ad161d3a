"""`POST /ai_prediction`: forecasts of many symbols through the real service, its queue and a real database."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from barline_core.db import Database
from barline_core.models import Forecast, ForecastStep
from barline_core.problems import TYPE_PREFIX
from barline_core.testing import InternalClient, drain_queue
from barline_prediction.artefact import load_model
from barline_prediction.batching import Workplace
from barline_prediction.jobs import FORECASTS_A_TASK
from barline_prediction.tasks import build_tasks

from .stored_bars import recent_sessions, store_closes, wandering

SESSIONS = 420
WALKS = [f"WALK{number:03d}" for number in range(130)]
Work = Callable[[], None]


@pytest.fixture(scope="module")
def walks(database: Database) -> list[date]:
    """130 random walks, a symbol with too little history, one whose last close is zero, and one without bars."""
    dates = recent_sessions(SESSIONS)
    broken = wandering(SESSIONS)
    broken[-1] = 0.0
    with database.transaction() as session:
        for seed, symbol in enumerate(WALKS):
            store_closes(session, symbol, dates, wandering(SESSIONS, seed=seed))
        store_closes(session, "YOUNG", dates[-100:], wandering(100))
        store_closes(session, "BROKEN", dates, broken)
        store_closes(session, "EMPTY", [], np.array([]))
    return dates


@pytest.fixture
def work(database: Database, database_url: str) -> Work:
    """A worker that ends when nothing is due."""
    place = Workplace(database, load_model)
    return lambda: drain_queue(database_url, build_tasks(place), "prediction")


@pytest.fixture(scope="module")
def stranger(app: FastAPI, internal_client: InternalClient) -> httpx.Client:
    return internal_client(app, service="prediction", user_id=2)


def order(client: httpx.Client, **body: object) -> dict[str, object]:
    answer = client.post("/ai_prediction", json=body)
    assert answer.status_code == 202, answer.text
    job: dict[str, object] = answer.json()
    assert answer.headers["Location"] == f"/jobs/{job['id']}"
    return job


def batch_of(client: httpx.Client, job: dict[str, object], **query: str) -> dict[str, object]:
    answer = client.get(f"/ai_prediction/batches/{job['id']}", params=query)

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} in JSON")

    document: dict[str, object] = json.loads(answer.content, parse_constant=refuse)
    return document


@pytest.mark.usefixtures("walks")
class TestABatch:
    def test_it_is_a_job_with_a_result_for_each_symbol(
        self, client: httpx.Client, work: Work
    ) -> None:
        symbols = [*WALKS, "young", "BROKEN", "EMPTY", WALKS[0]]
        job = order(client, symbols=symbols)
        assert (job["kind"], job["state"], job["progress"]) == ("forecasts", "queued", 0.0)
        waiting = client.get(f"/ai_prediction/batches/{job['id']}")
        assert waiting.status_code == 202
        assert waiting.json()["results"][0]["vintage_id"] is None
        work()
        done = client.get(f"/jobs/{job['id']}").json()
        assert (done["state"], done["progress"]) == ("succeeded", 1.0)
        assert done["message"] == "130 of 133 symbols forecast."
        assert client.get(done["result"]).status_code == 200
        batch = batch_of(client, job, page_size="5000")
        assert (batch["count"], batch["done"], batch["failed"]) == (133, 133, 3)
        results = {row["symbol"]: row for row in batch["results"]}
        assert [row["symbol"] for row in batch["results"]] == [*WALKS, "YOUNG", "BROKEN", "EMPTY"]
        problems = {
            symbol: results[symbol]["problem"]["type"].removeprefix(TYPE_PREFIX)
            for symbol in ("YOUNG", "BROKEN", "EMPTY")
        }
        assert problems == {
            "YOUNG": "not-enough-history",
            "BROKEN": "unusable-bars",
            "EMPTY": "not-enough-history",
        }
        one = client.get("/ai_prediction", params={"symbol": WALKS[7]}).json()
        assert results[WALKS[7]] == {
            "symbol": WALKS[7],
            "forecasts": 1,
            "vintage_id": one["vintage_id"],
            "last_date": one["as_of"],
            "problem": None,
        }

    def test_a_forecast_in_a_batch_is_the_one_asked_for_alone(
        self, client: httpx.Client, work: Work, walks: list[date], database: Database
    ) -> None:
        """Made in a batch, the numbers are those of a symbol with the same closes that was asked for alone."""
        order(client, symbols=WALKS[:3])
        work()
        with database.transaction() as session:
            store_closes(session, "ALONE", walks, wandering(SESSIONS, seed=2))
        together = client.get("/ai_prediction", params={"symbol": WALKS[2]}).json()
        alone = client.get("/ai_prediction", params={"symbol": "ALONE"}).json()
        for ours, theirs in zip(together["predictions"], alone["predictions"], strict=True):
            assert ours.pop("date") == theirs.pop("date")
            assert ours == pytest.approx(theirs, rel=1e-12)

    def test_a_second_batch_finds_the_vintages_of_the_first(
        self, client: httpx.Client, work: Work, database: Database
    ) -> None:
        def vintages() -> tuple[int, int]:
            with database.transaction() as session:
                counts = [
                    session.scalar(select(func.count()).select_from(table)) or 0
                    for table in (Forecast, ForecastStep)
                ]
            return counts[0], counts[1]

        first = order(client, symbols=WALKS[:20])
        work()
        before = vintages()
        assert before[1] == 30 * before[0]
        second = order(client, symbols=WALKS[:20])
        work()
        assert vintages() == before
        assert batch_of(client, second)["results"] == batch_of(client, first)["results"]

    def test_hindcasts_as_of_one_date(
        self, client: httpx.Client, work: Work, walks: list[date]
    ) -> None:
        job = order(client, symbols=[WALKS[0], "YOUNG"], as_of=walks[-50].isoformat())
        work()
        walk, young = batch_of(client, job)["results"]
        assert (walk["forecasts"], walk["last_date"]) == (1, walks[-50].isoformat())
        assert young["problem"]["type"].endswith("not-enough-history")
        query = {"symbol": WALKS[0], "as_of": walks[-50].isoformat()}
        alone = client.get("/ai_prediction", params=query).json()
        assert (alone["vintage_id"], alone["hindcast"]) == (walk["vintage_id"], True)

    def test_many_hindcasts_make_a_track_record(
        self, client: httpx.Client, work: Work, walks: list[date]
    ) -> None:
        """Sessions too early for a forecast are passed over, the others are every fifth one."""
        span = {"start": walks[0].isoformat(), "end": walks[-31].isoformat(), "every": 5}
        job = order(client, symbols=[WALKS[5]], hindcasts=span)
        work()
        (row,) = batch_of(client, job)["results"]
        possible = range(0, SESSIONS - 30, 5)
        assert row["forecasts"] == sum(session >= 259 for session in possible)
        card = client.get("/ai_prediction/scorecard", params={"symbol": WALKS[5]}).json()
        (record,) = card["records"]
        assert record["vintages"] + card["left_out"]["in_sample"] == row["forecasts"]
        assert record["overall"]["outcomes"] == 30 * record["vintages"]

    def test_nothing_forecast_is_a_failed_job_that_says_where_to_look(
        self, client: httpx.Client, work: Work
    ) -> None:
        job = order(client, symbols=["YOUNG", "EMPTY"])
        work()
        failed = client.get(f"/jobs/{job['id']}").json()
        assert failed["state"] == "failed"
        assert failed["problem"]["type"] == f"{TYPE_PREFIX}nothing-forecast"
        assert f"/ai_prediction/batches/{job['id']} says why" in failed["problem"]["detail"]

    def test_the_results_come_in_pages(self, client: httpx.Client, work: Work) -> None:
        job = order(client, symbols=WALKS[:5])
        work()
        seen, path = [], f"/ai_prediction/batches/{job['id']}?page_size=2"
        while path:
            page = client.get(path).json()
            seen += [row["symbol"] for row in page["results"]]
            path = page["next"]
        assert seen == WALKS[:5]

    def test_another_user_has_neither_the_job_nor_the_batch(
        self, client: httpx.Client, stranger: httpx.Client
    ) -> None:
        job = order(client, symbols=WALKS[:1])
        paths = [f"/jobs/{job['id']}", f"/ai_prediction/batches/{job['id']}"]
        for path in paths:
            assert stranger.get(path).status_code == 404
        assert stranger.delete(paths[0]).status_code == 404
        assert client.delete(paths[0]).json()["state"] == "cancelled"

    def test_a_cancelled_batch_makes_nothing_more(
        self, client: httpx.Client, work: Work, walks: list[date], database: Database
    ) -> None:
        symbols = [f"CANCEL{number}" for number in range(3)]
        with database.transaction() as session:
            for symbol in symbols:
                store_closes(session, symbol, walks, wandering(SESSIONS))
        job = order(client, symbols=symbols)
        ended = client.delete(f"/jobs/{job['id']}").json()
        assert ended["state"] == "cancelled"
        work()
        assert client.get(f"/jobs/{job['id']}").json()["state"] == "cancelled"
        rows = batch_of(client, job)["results"]
        assert [row["forecasts"] for row in rows] == [None, None, None]
        assert client.delete(f"/jobs/{job['id']}").json()["state"] == "cancelled"


@pytest.mark.usefixtures("walks")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/symbols"),
        ({"symbols": []}, "/symbols"),
        ({"symbols": "WALK000"}, "/symbols"),
        ({"symbols": [7]}, "/symbols/0"),
        ({"symbols": ["no good"]}, "/symbols/0"),
        ({"symbols": [f"S{number}" for number in range(5_001)]}, "/symbols"),
        ({"symbols": ["WALK000"], "as_of": "2013-03-03"}, "/as_of"),
        ({"symbols": ["WALK000"], "as_of": 20130101}, "/as_of"),
        ({"symbols": ["WALK000"], "horizon": 5}, "/horizon"),
        (
            {"symbols": ["WALK000"], "hindcasts": {"start": "2013-01-02", "end": "2012-01-03"}},
            "/hindcasts/end",
        ),
        ({"symbols": ["WALK000"], "hindcasts": {"start": "2012-01-03"}}, "/hindcasts/end"),
        (
            {"symbols": ["WALK000"], "hindcasts": {"start": "2013-03-04", "end": "2013-03-05"}},
            "/hindcasts/start",
        ),
        (
            {
                "symbols": ["WALK000"],
                "hindcasts": {"start": "2012-01-03", "end": "2012-03-05", "every": 0},
            },
            "/hindcasts/every",
        ),
        (
            {
                "symbols": ["WALK000"],
                "as_of": "2012-01-03",
                "hindcasts": {"start": "2012-01-03", "end": "2012-03-05"},
            },
            "/hindcasts",
        ),
        (
            {
                "symbols": WALKS,
                "hindcasts": {"start": "1990-01-03", "end": "2012-03-05", "every": 1},
            },
            "/hindcasts",
        ),
    ],
)
def test_a_wrong_body_is_a_400_that_says_where(
    client: httpx.Client, body: dict[str, object], pointer: str
) -> None:
    answer = client.post("/ai_prediction", json=body)
    assert answer.status_code == 400, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


def test_a_body_that_is_no_json_is_a_400(client: httpx.Client) -> None:
    answer = client.post(
        "/ai_prediction", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400


@pytest.mark.usefixtures("walks")
def test_an_unknown_symbol_refuses_the_whole_batch(client: httpx.Client) -> None:
    answer = client.post("/ai_prediction", json={"symbols": [WALKS[0], "NOPE"]})
    assert answer.status_code == 404
    assert answer.json()["type"] == f"{TYPE_PREFIX}unknown-symbol"
    assert "NOPE" in answer.json()["detail"]


def test_a_batch_nobody_made(client: httpx.Client) -> None:
    assert client.get("/ai_prediction/batches/prediction-1").status_code == 404
    assert client.get("/ai_prediction/batches/prediction-1?page=0").status_code == 400


@pytest.fixture
def worker(database_url: str, internal_keys_dir: Path, tmp_path: Path) -> Iterator[None]:
    """`python -m barline_prediction.worker` as in production."""
    log = (tmp_path / "worker.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "barline_prediction.worker"],
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        | {"DATABASE_URL": database_url, "INTERNAL_KEYS_DIR": str(internal_keys_dir)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    yield
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) == 0, (tmp_path / "worker.log").read_text()
    log.close()


@pytest.mark.usefixtures("walks", "worker")
def test_a_worker_process_shows_progress_and_ends_the_job(client: httpx.Client) -> None:
    assert len(WALKS) > FORECASTS_A_TASK  # so that there are two tasks
    job = order(client, symbols=WALKS)
    deadline = time.monotonic() + 180
    seen: set[float] = set()
    while job["state"] in {"queued", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.02)
        job = client.get(f"/jobs/{job['id']}").json()
        seen.add(float(job["progress"]))
    assert job["state"] == "succeeded"
    assert seen <= {0.0, 100 / 130, 1.0}
