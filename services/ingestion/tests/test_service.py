"""The service over real HTTP, with a real worker process beside it."""

import io
import time
from collections.abc import Callable, Iterator
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
from barline_sandbox.history import real_history
from barline_sandbox.series import adjusted_closes

from .processes import worker_process

HISTORY = real_history()
KEY = "K3Y7SECRET9QX2ZW"
AAPL = HISTORY["AAPL"]

Connect = Callable[..., httpx.Client]


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings], internal_client: Connect
) -> httpx.Client:
    return internal_client(create_app(make_settings()), service="ingestion")


@pytest.fixture(scope="module")
def worker_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("worker") / "worker.log"


@pytest.fixture(scope="module")
def worker(
    sandbox_app: tuple[object, str],
    database_url: str,
    internal_keys_dir: Path,
    worker_log: Path,
) -> Iterator[None]:
    """One worker process for the tests that need one; starting it takes seconds."""
    settings = IngestionSettings(
        database_url=database_url,
        internal_keys_dir=internal_keys_dir,
        alpha_vantage_base_url=sandbox_app[1],
        alpha_vantage_api_key=KEY,
        market_date=date(2013, 3, 1),
    )
    with worker_process(settings, worker_log):
        yield


@pytest.fixture
def loaded(client: httpx.Client, worker: None, register: Callable[..., None]) -> httpx.Client:
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
        for table in ("daily_bar", "daily_bar_revision", "corporate_action"):
            found = session.scalar(
                text(
                    f"SELECT count(*) FROM market.{table} WHERE symbol_id ="  # noqa: S608
                    " (SELECT id FROM market.symbol WHERE ticker = 'NOSUCH')"
                )
            )
            assert found == 0
