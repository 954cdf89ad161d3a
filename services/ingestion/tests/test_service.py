"""The service over real HTTP, with a real worker process beside it."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import numpy as np
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from barline_core.db import Database
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.history import real_history
from barline_sandbox.series import adjusted_closes

HISTORY = real_history()
AAPL = HISTORY["AAPL"]

Connect = Callable[..., httpx.Client]


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings], internal_client: Connect
) -> httpx.Client:
    return internal_client(create_app(make_settings()), service="ingestion")


@contextmanager
def worker_process(settings: IngestionSettings, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m barline_ingestion.worker` as in production; its output goes to `log`."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "INTERNAL_KEYS_DIR": str(settings.internal_keys_dir),
        "ALPHA_VANTAGE_BASE_URL": str(settings.alpha_vantage_base_url),
        "ALPHA_VANTAGE_API_KEY": settings.alpha_vantage_api_key.get_secret_value(),
        "MARKET_DATE": str(settings.market_date),
        "UPSTREAM_BACKOFF_S": "0.005",
        "WORKER_HEARTBEAT_S": "0.2",
        "WORKER_STALLED_AFTER_S": "1",
        "LOG_LEVEL": "debug",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "barline_ingestion.worker"],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) in {0, -signal.SIGKILL}


@pytest.fixture
def worker_log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def worker(
    make_settings: Callable[..., IngestionSettings], worker_log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with worker_process(make_settings(), worker_log) as process:
        yield process


@pytest.fixture
def loaded(
    client: httpx.Client, worker: subprocess.Popen[bytes], register: Callable[..., None]
) -> httpx.Client:
    """A service that has AAPL."""
    register("AAPL", "NOSUCH")
    answer = client.post("/symbols/aapl/load", params={"wait": 20})
    assert answer.status_code == 200, answer.text
    return client


def test_one_symbol_from_load_to_every_view(loaded: httpx.Client, exchange: Exchange) -> None:
    """One walk through the routes: each step needs the one before."""
    document = loaded.get("/symbols/AAPL/bars").json()
    assert {name: document[name] for name in ("symbol", "name", "currency", "status")} == {
        "symbol": "AAPL",
        "name": None,
        "currency": "USD",
        "status": "ready",
    }
    assert document["coverage"] == {
        "first_date": "2000-03-01",
        "last_date": "2013-03-01",
        "sessions": 3270,
        "missing_sessions": 0,
        "capability": "adjusted-full",
    }
    assert [finding["id"] for finding in document["findings"]] == ["split-suspected"]
    rows = document["bars"]
    assert len(rows) == 3270
    assert rows[-1] == {
        "date": "2013-03-01",
        "open": 438.0,
        "high": 438.1799,
        "low": 429.98,
        "close": 430.47,
        "volume": 19730300,
        "adjusted_close": 430.47,
        "dividend": 0.0,
        "split": 1.0,
    }
    np.testing.assert_allclose(
        [row["adjusted_close"] for row in rows], adjusted_closes(AAPL), rtol=1e-13
    )
    split = loaded.get(
        "/symbols/AAPL/bars",
        params={"price_basis": "split", "start": "2005-02-25", "end": "2005-02-28"},
    ).json()
    assert [(row["date"], row["close"]) for row in split["bars"]] == [
        ("2005-02-25", 88.99 / 2),
        ("2005-02-28", 44.86),
    ]
    assert list(split["bars"][0]) == ["date", "open", "high", "low", "close", "volume"]
    assert split["data_version"] == document["data_version"]

    total_return = loaded.get("/symbols/AAPL/bars", params={"price_basis": "total_return"}).json()
    assert total_return["bars"][0]["close"] == rows[0]["adjusted_close"]

    table = pq.read_table(
        io.BytesIO(loaded.get("/symbols/AAPL/bars", params={"format": "parquet"}).content)
    )
    assert table.num_rows == 3270
    assert np.array_equal(table["close"].to_numpy(), AAPL.close)
    lines = loaded.get("/symbols/AAPL/bars", params={"format": "csv"}).text.splitlines()
    assert lines[0] == "date,open,high,low,close,volume,adjusted_close,dividend,split"
    assert lines[-1] == "2013-03-01,438.0,438.1799,429.98,430.47,19730300,430.47,0.0,1.0"

    before = datetime(2013, 1, 1, tzinfo=UTC).isoformat()
    unknown_then = loaded.get("/symbols/AAPL/bars", params={"known_at": before}).json()
    assert unknown_then["bars"] == []
    assert unknown_then["coverage"]["sessions"] == 0

    exchange.restate_close("AAPL", date(2013, 2, 28), 500.0)
    then = datetime.now(UTC).isoformat()
    job = loaded.post("/refreshes", json={"symbols": ["aapl"], "full": True})
    assert job.status_code == 202
    assert finished(loaded, job.json()["id"])["state"] == "succeeded"
    now = loaded.get("/symbols/AAPL/bars", params={"start": "2013-02-28"}).json()
    assert [row["close"] for row in now["bars"]] == [500.0, 430.47]
    earlier = loaded.get(
        "/symbols/AAPL/bars", params={"start": "2013-02-28", "known_at": then}
    ).json()
    assert [row["close"] for row in earlier["bars"]] == [AAPL.close[-2], 430.47]
    assert earlier["data_version"] == document["data_version"] != now["data_version"]

    budget = loaded.get("/budget").json()
    assert (budget["tier"], budget["daily_limit"], budget["remaining"]) == ("paid", None, None)
    assert (budget["used"], budget["upstream"]) == (2, "127.0.0.1")

    assert loaded.delete("/symbols/AAPL").status_code == 204
    assert loaded.get("/symbols/AAPL/bars").json()["bars"] == []


def finished(client: httpx.Client, job_id: str) -> dict[str, object]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        job: dict[str, object] = client.get(f"/jobs/{job_id}").json()
        if job["state"] in {"succeeded", "failed", "cancelled"}:
            return job
        time.sleep(0.05)
    raise AssertionError("the job does not end")


def test_an_unknown_symbol_is_a_404_and_nothing_stays(
    loaded: httpx.Client, database: Database
) -> None:
    answer = loaded.post("/symbols/NOSUCH/load", params={"wait": 20})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/unknown-symbol")
    with database.transaction() as session:
        for table in ("daily_bar", "corporate_action", "symbol_status"):
            found = session.scalar(
                text(
                    f"SELECT count(*) FROM market.{table} WHERE symbol_id ="  # noqa: S608
                    " (SELECT id FROM market.symbol WHERE ticker = 'NOSUCH')"
                )
            )
            assert found == 0


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(
    *,
    make_settings: Callable[..., IngestionSettings],
    client: httpx.Client,
    register: Callable[..., None],
    database: Database,
    exchange: Exchange,
    worker_log: Path,
) -> None:
    """The first worker dies while it waits for an answer; the second one finds its task."""
    register("IBM")
    exchange.faults.rules.append(FaultRule(Fault.STALL, times=1))
    job_id = client.post("/symbols/IBM/load").json()["id"]
    with worker_process(make_settings(), worker_log) as first:
        wait_until(lambda: len(exchange.requests) == 1)
        first.kill()
        first.wait()
    with worker_process(make_settings(), worker_log):
        assert finished(client, job_id)["state"] == "succeeded"
    assert len(exchange.requests) == 2
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM market.daily_bar")) == 3270
        outcomes = session.scalars(text("SELECT outcome FROM market.upstream_call ORDER BY id"))
        assert list(outcomes) == ["sent", "data"]


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_key_is_nowhere_in_the_database_or_the_workers_log(
    loaded: httpx.Client,
    exchange: Exchange,
    database: Database,
    worker_log: Path,
    make_settings: Callable[..., IngestionSettings],
) -> None:
    """Also when the upstream echoes it, at the most talkative log level."""
    for fault in (Fault.NEW_WORDING, Fault.REDIRECT, Fault.HTML, Fault.DAILY_QUOTA):
        exchange.faults.rules.append(FaultRule(fault, times=3 if fault is Fault.HTML else 1))
    answers = [loaded.post("/symbols/NOSUCH/load", params={"wait": 3}).text for _ in range(4)]
    key = make_settings().alpha_vantage_api_key.get_secret_value()
    assert "[key]" in answers[0]
    with database.transaction() as session:
        dump = "".join(
            str(session.execute(text(f"SELECT * FROM {table}")).all())  # noqa: S608
            for table in (
                "market.upstream_call",
                "market.upstream_capability",
                "market.job",
                "market.symbol_status",
                "queue.procrastinate_jobs",
                "queue.procrastinate_events",
            )
        )
    assert "daily-quota" in dump
    assert "upstream.refused" in worker_log.read_text()
    for place in (dump, worker_log.read_text(), *answers):
        assert key not in place


@pytest.mark.parametrize(
    ("method", "path", "parameter"),
    [
        ("GET", "/symbols/AAPL/bars?price_basis=adjusted", "price_basis"),
        ("GET", "/symbols/AAPL/bars?start=2013-13-01", "start"),
        ("GET", "/symbols/AAPL/bars?known_at=2013-01-01T00:00:00", "known_at"),
        ("GET", "/symbols/AAPL/bars?format=xml", "format"),
        ("GET", "/symbols/AAPL/bars?colour=blue", "colour"),
        ("GET", "/symbols/A%20B/bars", "symbol"),
        ("GET", "/symbols/.A/bars", "symbol"),
        ("POST", "/symbols/AAPL/load?wait=31", "wait"),
        ("GET", "/budget?day=1", "day"),
    ],
)
def test_a_wrong_parameter_is_a_400_that_names_it(
    client: httpx.Client, method: str, path: str, parameter: str
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 400
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_range_that_runs_backwards_is_a_400(client: httpx.Client) -> None:
    answer = client.get("/symbols/AAPL/bars?start=2013-01-02&end=2013-01-01")
    assert answer.status_code == 400
    assert "must not be before" in answer.text


@pytest.mark.parametrize("body", ['{"symbols": "IBM"}', '{"all": true}', "nonsense"])
def test_a_wrong_body_is_a_400(client: httpx.Client, body: str) -> None:
    answer = client.post("/refreshes", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_what_is_not_registered_is_a_404(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register("IBM")
    assert client.get("/symbols/MSFT/bars").status_code == 404
    assert client.post("/symbols/MSFT/load").status_code == 404
    assert client.delete("/symbols/MSFT").status_code == 404
    answer = client.post("/refreshes", json={"symbols": ["IBM", "MSFT"]})
    assert answer.status_code == 404
    assert answer.json()["errors"] == [
        {"pointer": "/symbols/1", "detail": "MSFT is not registered."}
    ]


def test_a_registered_symbol_without_bars_is_an_empty_answer(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register("IBM")
    document = client.get("/symbols/IBM/bars").json()
    assert (document["status"], document["bars"]) == ("loading", [])
    assert document["coverage"]["sessions"] == 0
    for chosen in ("csv", "parquet"):
        answer = client.get("/symbols/IBM/bars", params={"format": chosen})
        assert answer.status_code == 200


def test_a_refresh_of_nothing_has_succeeded_at_once(
    client: httpx.Client, register: Callable[..., None]
) -> None:
    register()
    job = client.post("/refreshes", json={}).json()
    assert (job["state"], job["progress"]) == ("succeeded", 1.0)


def test_a_job_is_its_owners_only_and_can_be_cancelled(
    make_settings: Callable[..., IngestionSettings],
    internal_client: Connect,
    register: Callable[..., None],
) -> None:
    register("IBM")
    app = create_app(make_settings())
    owner = internal_client(app, service="ingestion", user_id=1)
    stranger = internal_client(app, service="ingestion", user_id=2)
    waiting = owner.post("/symbols/IBM/load")
    assert waiting.status_code == 202
    path = f"/jobs/{waiting.json()['id']}"
    assert waiting.json()["id"].startswith("ingestion-")
    assert stranger.get(path).status_code == stranger.delete(path).status_code == 404
    assert owner.get(path).json()["state"] == "queued"
    assert owner.delete(path).json()["state"] == "cancelled"
    assert owner.delete(path).json()["state"] == "cancelled"
    assert owner.get("/jobs/backtest-1").status_code == 404


def test_an_unsigned_call_is_refused(client: httpx.Client) -> None:
    assert httpx.get(f"{client.base_url}/budget").status_code == 401


def test_a_key_nobody_tried_yet_has_an_unknown_tier_and_a_free_ones_limit(
    make_settings: Callable[..., IngestionSettings], internal_client: Connect
) -> None:
    app = create_app(make_settings(alpha_vantage_api_key="NEVERUSEDKEY0001"))
    budget = internal_client(app, service="ingestion").get("/budget").json()
    assert (budget["tier"], budget["daily_limit"], budget["used"]) == ("unknown", 25, 0)
    assert (budget["budget_date"], budget["resumes_at"]) == ("2013-03-01", None)
