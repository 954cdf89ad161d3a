"""PostgreSQL restarted under load, also by a crash: the service answers again, the workers go on,
the job ends, and no bar is missing: `python restarts.py --symbols 60 --restarts 4`.
"""

import argparse
import json
import random
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
from actors import KEY, SandboxProcess, Workers, sandbox
from kills import STUCK
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from stage import Stage, log_to_stderr, stage

from barline_core.bar_reader import read_bars
from barline_core.clock import MarketClock
from barline_core.models import Job
from barline_core.testing import serving
from barline_core.tokens import write_key_pair
from barline_ingestion import jobs
from barline_ingestion.app import create_app
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.generated import GeneratedListing

MARKET_DATE = "2013-03-02"
PATIENCE_S = 240


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--symbols", type=int, default=60)
    options.add_argument("--restarts", type=int, default=4)
    asked = options.parse_args()
    generate = ("--generate", str(asked.symbols), "--latency", "0.2", "--market-date", MARKET_DATE)
    with (
        tempfile.TemporaryDirectory() as folder,
        stage() as ground,
        sandbox(*generate) as upstream,
    ):
        write_key_pair(Path(folder), "gateway")
        settings = {
            "DATABASE_URL": ground.url,
            "INTERNAL_KEYS_DIR": folder,
            "ALPHA_VANTAGE_BASE_URL": upstream.url,
            "ALPHA_VANTAGE_API_KEY": KEY,
            "MARKET_DATE": MARKET_DATE,
            "WORKER_HEARTBEAT_S": "0.5",
            "WORKER_STALLED_AFTER_S": "3",
        }
        workers = Workers(2, settings, Path(folder) / "workers.log")
        app = create_app(IngestionSettings(**settings, log_level="error"))
        log_to_stderr()
        with serving(app) as url:
            workers.start()
            report = play(ground, upstream, asked, url)
            workers.stop()
    print(json.dumps(report))
    if report["job"] != "succeeded" or report["wrong_symbols"] or report["tasks_stuck"]:
        raise SystemExit(1)


def play(
    ground: Stage, upstream: SandboxProcess, asked: argparse.Namespace, url: str
) -> dict[str, object]:
    """Queue everything, restart the server in the middle of it, and wait for the end."""
    listing = GeneratedListing(asked.symbols)
    names = {symbol.replace("-B", ".B"): symbol for symbol in listing}
    with ground.database.transaction() as session:
        for ticker in names:
            session.execute(text("INSERT INTO market.symbol (ticker) VALUES (:t)"), {"t": ticker})
    with ground.database.transaction() as session:
        job_id = jobs.queue_refresh(
            session, None, full=False, owner_id=1, market_clock=MarketClock()
        ).id
    answers: dict[int, int] = {}
    done = threading.Event()
    asking = threading.Thread(target=keep_asking, args=(url, answers, done))
    asking.start()
    started = time.monotonic()
    for number in range(asked.restarts):
        time.sleep(random.uniform(3.0, 6.0))  # noqa: S311 - a moment nobody chose
        ground.postgres.restart(mode="immediate" if number % 2 else "fast")
    state = wait_for_end(ground, job_id)
    seconds = time.monotonic() - started
    done.set()
    asking.join()
    with ground.database.transaction() as session:
        wrong = [
            ticker
            for ticker, symbol in names.items()
            if not np.array_equal(read_bars(session, ticker).close, listing[symbol].close)
        ]
        stuck = session.scalar(text(STUCK))
    return {
        "benchmark": "restarts",
        "symbols": len(names),
        "restarts": asked.restarts,
        "job": state,
        "seconds": round(seconds, 1),
        "requests": Counter(
            f"{one['function']} {one['outputsize']}".strip() for one in upstream.requests()
        ),
        "wrong_symbols": wrong,
        "tasks_stuck": stuck,
        "readyz_answers": answers,
        "readyz_at_the_end": httpx.get(f"{url}/readyz").status_code,
    }


def keep_asking(url: str, answers: dict[int, int], done: threading.Event) -> None:
    """The service under load: each status is counted; a broken connection counts as 0."""
    while not done.is_set():
        try:
            status = httpx.get(f"{url}/readyz", timeout=30).status_code
        except httpx.HTTPError:
            status = 0
        answers[status] = answers.get(status, 0) + 1
        time.sleep(0.02)


def wait_for_end(ground: Stage, job_id: str) -> str:
    deadline = time.monotonic() + PATIENCE_S
    state = "queued"
    while time.monotonic() < deadline and state not in jobs.FINISHED:
        time.sleep(0.2)
        try:
            with ground.database.transaction() as session:
                state = session.get_one(Job, job_id).state
        except OperationalError:  # The server was restarted while we looked.
            continue
    return state


if __name__ == "__main__":
    main()
