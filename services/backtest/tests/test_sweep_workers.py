"""Worker processes: however many there are and whichever dies, the result is the same to the last bit."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import text

from barline_core.db import Database

from .queue_running import run_queue, worker_process
from .stored_bars import store_bars

SYMBOLS = [f"RW{i:02d}" for i in range(12)]
GRID = {
    "winbuy": {"start": 2, "stop": 47, "step": 1},
    "winsell": {"start": 2, "stop": 47, "step": 1},
}


@pytest.fixture(scope="module")
def universe(database: Database) -> None:
    """Twelve random walks of six years."""
    rng = np.random.default_rng(12)
    days = [date(2014, 1, 1) + timedelta(days=i) for i in range(1_500)]
    with database.transaction() as session:
        for symbol in SYMBOLS:
            closes = (40 * np.exp(np.cumsum(rng.normal(0, 0.015, len(days))))).tolist()
            store_bars(session, symbol, list(zip(days, closes, closes, strict=True)))


@pytest.fixture
def start(
    database_url: str, internal_keys_dir: Path, tmp_path: Path
) -> Iterator[Callable[[], object]]:
    """Starts one more worker process."""
    with ExitStack() as stack:

        def one_more() -> object:
            log = tmp_path / "worker.log"
            return stack.enter_context(worker_process(database_url, internal_keys_dir, log))

        yield one_more


def order(client: httpx.Client, symbols: list[str] = SYMBOLS) -> dict[str, object]:
    body = {"symbols": symbols, **GRID}
    ordered: dict[str, object] = client.post("/back_test/sweeps", json=body).json()
    return ordered


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def state_of(client: httpx.Client, ordered: dict[str, object]) -> dict[str, object]:
    state: dict[str, object] = client.get(f"/jobs/{ordered['job']['id']}").json()
    return state


def result_of(client: httpx.Client, ordered: dict[str, object]) -> dict[str, object]:
    """The result without what tells one making from another: ids, times, and clocks."""
    document = client.get(f"/back_test/sweeps/{ordered['id']}").json()
    assert document["job"]["state"] == "succeeded", document["job"]
    for name in ("id", "job", "created_at", "timing"):
        del document[name]
    for part in document["symbols"]:
        del part["timing"]
    return document


@pytest.mark.usefixtures("universe")
def test_one_worker_two_workers_and_a_killed_one_make_the_same_bits(
    client: httpx.Client, database: Database, database_url: str, start: Callable[[], object]
) -> None:
    """The killed worker dies in the middle of a symbol; another finds its task by the missing heartbeat."""
    alone = order(client)
    run_queue(database, database_url, threads=1)
    expected = result_of(client, alone)

    start()
    doomed = start()
    broken = order(client)
    wait_until(lambda: 0 < state_of(client, broken)["progress"] < 1)
    doomed.kill()
    wait_until(lambda: state_of(client, broken)["state"] == "succeeded")
    assert result_of(client, broken) == expected

    start()
    together = order(client)
    wait_until(lambda: state_of(client, together)["state"] == "succeeded")
    assert result_of(client, together) == expected


@pytest.mark.usefixtures("universe")
def test_a_worker_told_to_stop_finishes_its_symbol_and_leaves_the_others(
    client: httpx.Client, database: Database, start: Callable[[], object]
) -> None:
    wide = {"start": 2, "stop": 142, "step": 1}  # seconds a symbol: there is time to say stop
    body = {"symbols": SYMBOLS, "winbuy": wide, "winsell": wide}
    stopped = start()
    ordered = client.post("/back_test/sweeps", json=body).json()
    wait_until(lambda: state_of(client, ordered)["progress"] > 0)
    stopped.send_signal(signal.SIGTERM)
    assert stopped.wait(40) == 0
    state = state_of(client, ordered)
    assert (state["state"], state["progress"] < 1) == ("running", True)
    with database.transaction() as session:
        left = session.scalars(
            text("SELECT status FROM queue.procrastinate_jobs WHERE args ->> 'job_id' = :job"),
            {"job": ordered["job"]["id"]},
        ).all()
    assert set(left) == {"todo"}  # nothing is in the hands of the one that has gone
    assert len(left) == round((1 - state["progress"]) * len(SYMBOLS))
    client.delete(f"/jobs/{ordered['job']['id']}")


@pytest.mark.usefixtures("universe")
def test_a_running_sweep_is_cancelled_and_keeps_what_it_has(
    client: httpx.Client, start: Callable[[], object]
) -> None:
    start()
    ordered = order(client)
    wait_until(lambda: state_of(client, ordered)["progress"] > 0)
    client.delete(f"/jobs/{ordered['job']['id']}")
    wait_until(lambda: state_of(client, ordered)["state"] == "cancelled")
    document = client.get(f"/back_test/sweeps/{ordered['id']}").json()
    done = [part for part in document["symbols"] if part["problem"] is None and "best" in part]
    assert 0 < len(done) < len(SYMBOLS)
    assert "not-complete" in {one["id"] for one in document["findings"]}


@pytest.mark.usefixtures("universe")
def test_waiting_answers_with_the_result(client: httpx.Client, start: Callable[[], object]) -> None:
    start()
    body = {"symbols": ["RW00"], **GRID}
    response = client.post("/back_test/sweeps", json=body, params={"wait": "30"})
    assert response.status_code == 200, response.text
    assert len(response.json()["cells"]) == 2_025
