"""A free key, many symbols, simulated days, three workers, and SIGKILLs at random moments: `python
kills.py --symbols 60 --kills 50`. Fails when a bar is lost or doubled, a budget overspent, a request
repeated more than once a kill, a job left stuck, or the key shown anywhere.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from actors import KEY, SandboxProcess, Workers, sandbox
from sqlalchemy import text
from sqlalchemy.orm import Session
from stage import Stage, stage

from barline_core.bar_reader import read_bars
from barline_core.clock import MarketClock
from barline_core.models import Job
from barline_core.sessions import next_sessions
from barline_ingestion import jobs
from barline_ingestion.store.symbols import status_of
from barline_sandbox.generated import GeneratedListing

FIRST_DAY = date(2013, 2, 25)
MOST_DAYS = 5
BUDGET = 25
LEAST_DAYS = 3
COMPACT_BARS = 100
UNFINISHED = """
SELECT count(*) FROM queue.procrastinate_jobs WHERE status = 'doing'
    OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < now() + interval '10 min')
"""
STUCK = """
SELECT count(*) FROM queue.procrastinate_jobs WHERE status IN ('doing', 'failed', 'aborted')
"""
TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('market', 'queue', 'public')
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--symbols", type=int, default=60)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--workers", type=int, default=3)
    options.add_argument("--pause", type=float, default=0.5, help="seconds between requests")
    options.add_argument("--latency", type=float, default=0.1, help="seconds of an answer")
    options.add_argument("--budget", type=int, default=BUDGET, help="requests a day")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    random.seed(asked.seed)
    tickers = [ticker.replace("-B", ".B") for ticker in GeneratedListing(asked.symbols)]
    with (
        tempfile.TemporaryDirectory() as folder,
        stage() as ground,
        sandbox(
            "--default-tier", "free", "--generate", str(asked.symbols), "--seconds-between", "0",
            "--latency", str(asked.latency), "--market-date", str(FIRST_DAY),
            "--requests-per-day", str(asked.budget),
        ) as upstream,
    ):  # fmt: skip
        play(Run(asked, ground, upstream, tickers, Path(folder) / "workers.log"))


@dataclass(frozen=True, slots=True)
class Run:
    """What a run works with."""

    asked: argparse.Namespace
    ground: Stage
    upstream: SandboxProcess
    tickers: list[str]
    log: Path


def play(run: Run) -> None:
    """Day after day until every symbol has its bars and enough workers have died."""
    started, kills = time.monotonic(), 0
    job_id = queue_all(run.ground, run.tickers)
    days = [FIRST_DAY, *next_sessions("XNYS", FIRST_DAY, MOST_DAYS - 1).tolist()]
    history: list[dict[str, object]] = []
    for number, day in enumerate(days, start=1):
        run.upstream.tell("clock", market_date=str(day))
        workers = Workers(run.asked.workers, settings_of(run, day), run.log)
        workers.start()
        kills += live_through(run.ground, workers, kills_left=max(0, run.asked.kills - kills))
        workers.stop()
        history.append(day_report(run, day, job_id))
        if finished(run, job_id) and kills >= run.asked.kills and number >= LEAST_DAYS:
            break
        bring_forward(run.ground)
    problems = check(run, kills)
    report = {
        "benchmark": "kills",
        "symbols": len(run.tickers),
        "workers": run.asked.workers,
        "kills": kills,
        "days": history,
        "repeated_requests": repeated(run.upstream),
        "seconds": round(time.monotonic() - started),
        "problems": problems,
    }
    print(json.dumps(report))
    if problems:
        raise SystemExit(1)


def queue_all(ground: Stage, tickers: list[str]) -> str:
    with ground.database.transaction() as session:
        for ticker in tickers:
            session.execute(text("INSERT INTO market.symbol (ticker) VALUES (:t)"), {"t": ticker})
    with ground.database.transaction() as session:
        return jobs.queue_refresh(
            session, None, full=False, owner_id=1, market_clock=MarketClock()
        ).id


def settings_of(run: Run, day: date) -> dict[str, str]:
    return {
        "DATABASE_URL": run.ground.url,
        "INTERNAL_KEYS_DIR": "/nonexistent",
        "ALPHA_VANTAGE_BASE_URL": run.upstream.url,
        "ALPHA_VANTAGE_API_KEY": KEY,
        "MARKET_DATE": str(day),
        "FREE_REQUESTS_PER_DAY": str(run.asked.budget),
        "FREE_SECONDS_BETWEEN_REQUESTS": str(run.asked.pause),
        "WORKER_HEARTBEAT_S": "0.3",
        "WORKER_STALLED_AFTER_S": "1.5",
        "LOG_LEVEL": "debug",
    }


def live_through(ground: Stage, workers: Workers, *, kills_left: int) -> int:
    """Kill at random moments until nothing is due any more; gives the number of kills."""
    calm_since = time.monotonic()
    while time.monotonic() - calm_since < 4.0:
        time.sleep(random.uniform(0.2, 1.2))  # noqa: S311 - a moment nobody chose
        with ground.database.transaction() as session:
            if session.scalar(text(UNFINISHED)):
                calm_since = time.monotonic()
                if workers.kills < kills_left:
                    workers.kill_one()
    return workers.kills


def bring_forward(ground: Stage) -> None:
    """Midnight has come: what waited for it is due."""
    with ground.database.transaction() as session:
        session.execute(text("UPDATE queue.procrastinate_jobs SET scheduled_at = NULL"))


def day_report(run: Run, day: date, job_id: str) -> dict[str, object]:
    with run.ground.database.transaction() as session:
        job = session.get_one(Job, job_id)
        spent = session.scalar(
            text("SELECT count(*) FROM market.upstream_call WHERE budget_date = :day"),
            {"day": day},
        )
        states = [status_of(session, ticker) for ticker in run.tickers]
    return {
        "day": str(day),
        "requests_recorded": spent,
        "requests_seen": sum(one["day"] == str(day) for one in run.upstream.requests()),
        "with_bars": sum(state.sessions > 0 for state in states),
        "with_actions": sum(state.actions_known for state in states),
        "job": f"{job.state}: {job.message}",
        "eta": None if job.eta is None else job.eta.isoformat(timespec="seconds"),
    }


def finished(run: Run, job_id: str) -> bool:
    with run.ground.database.transaction() as session:
        return session.get_one(Job, job_id).state == "succeeded" and all(
            status_of(session, ticker).sessions > 0 for ticker in run.tickers
        )


def repeated(upstream: SandboxProcess) -> int:
    """Requests beyond the first for the same thing."""
    asked = Counter(
        (one["function"], one["symbol"], one["outputsize"]) for one in upstream.requests()
    )
    return sum(count - 1 for count in asked.values())


def check(run: Run, kills: int) -> list[str]:
    """Everything that must not have happened."""
    problems: list[str] = []
    seen = Counter(one["day"] for one in run.upstream.requests())
    problems += [f"{day}: {n} requests" for day, n in seen.items() if n > run.asked.budget]
    if repeated(run.upstream) > kills:
        problems.append(f"{repeated(run.upstream)} repeated requests after {kills} kills")
    with run.ground.database.transaction() as session:
        problems += wrong_bars(session, run)
        if stuck := session.scalar(text(STUCK)):
            problems.append(f"{stuck} tasks stuck")
        problems += [f"the key is in {table}" for table in tables_holding(session, KEY)]
    if KEY in run.log.read_text():
        problems.append("the key is in a log")
    return problems


def wrong_bars(session: Session, run: Run) -> list[str]:
    """Symbols whose bars are not the sandbox's newest hundred of some day of the run."""
    listing = GeneratedListing(run.asked.symbols)
    problems = []
    for ticker in run.tickers:
        stored, source = read_bars(session, ticker), listing[ticker.replace(".B", "-B")]
        where = np.searchsorted(source.date, stored.date)
        right = len(stored) == COMPACT_BARS and np.array_equal(source.date[where], stored.date)
        if not right or not np.array_equal(source.close[where], stored.close):
            problems.append(f"{ticker}: {len(stored)} bars, or other ones")
    return problems


def tables_holding(session: Session, secret: str) -> list[str]:
    """The tables in which a text stands anywhere: every row of the three schemas is searched."""
    names = session.scalars(text(TABLES)).all()
    query = "SELECT EXISTS (SELECT FROM {} AS row WHERE row::text LIKE :pattern)"
    return [
        name
        for name in names
        if session.scalar(text(query.format(name)), {"pattern": f"%{secret}%"})
    ]


if __name__ == "__main__":
    main()
