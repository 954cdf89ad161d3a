"""Prints, as a table, what Barline does with every kind of answer and what its user sees: each is
given by the sandbox to a real load, once and then for good.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from stage import Stage, log_to_stderr, stage

from barline_core.models import Job
from barline_core.queue import working_app
from barline_core.testing import serving
from barline_ingestion import jobs
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store.symbols import status_of
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import World, open_world
from barline_sandbox.app import create_app
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule
from barline_sandbox.history import real_history
from barline_sandbox.keys import KeyBook, Tier

KEY, FREE_KEY = "S3CRETKEYOFTHETABLE", "FR33KEYOFTHETABLE"
FOR_GOOD = 99
TABLES = (
    "daily_bar",
    "corporate_action",
    "symbol_status",
    "upstream_call",
    "upstream_capability",
    "symbol",
    "job",
)
LONGEST_DETAIL = 150


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one load went."""

    job: Job
    outcomes: list[str]
    bars: int
    findings: list[str]


def main() -> None:
    header = (
        "answer",
        "once: requests → job",
        "for good: recorded as",
        "stored",
        "what the user sees",
    )
    print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
    log_to_stderr()
    exchange = Exchange(real_history())
    with stage() as ground, serving(create_app(exchange)) as url:
        with world_of(ground, url, KEY) as world:
            show("the whole history (paying key)", load(ground, world, exchange, None, 0), None)
            for fault in Fault:
                once = load(ground, world, exchange, fault, 1)
                show(fault.value, load(ground, world, exchange, fault, FOR_GOOD), once)
            exchange.delisted.add("IBM")
            show("a symbol nobody knows", load(ground, world, exchange, None, 0), None)
            exchange.delisted.clear()
        with world_of(ground, url, FREE_KEY) as world:
            exchange.keys = free_keys()
            show("compact only (free key)", load(ground, world, exchange, None, 0), None)
        with world_of(ground, url, "demo") as world:
            exchange.keys = KeyBook(time.monotonic, default_tier=Tier.DEMO)
            show("demo key, IBM", load(ground, world, exchange, None, 0), None)
        with world_of(ground, url, "") as world:
            show("no key", load(ground, world, exchange, None, 0), None)


def free_keys() -> KeyBook:
    """A free key whose requests are always far enough apart."""
    ticks = iter(range(0, 10**6, 10))
    return KeyBook(lambda: float(next(ticks)), default_tier=Tier.FREE)


@contextmanager
def world_of(ground: Stage, url: str, key: str) -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        settings = IngestionSettings(
            database_url=ground.url,
            internal_keys_dir=Path(folder),
            alpha_vantage_base_url=url,
            alpha_vantage_api_key=key,
            market_date="2013-03-02",
            upstream_backoff_s=0.01,
            upstream_read_timeout_s=4.0,
            free_seconds_between_requests=0.0,
        )
        with open_world(settings) as world:
            yield world


def load(
    ground: Stage, world: World, exchange: Exchange, fault: Fault | None, times: int
) -> Outcome:
    """Load IBM into an empty database while the sandbox gives that answer."""
    with ground.database.transaction() as session:
        session.execute(text("TRUNCATE " + ", ".join(f"market.{name}" for name in TABLES)))
        session.execute(text("TRUNCATE queue.procrastinate_jobs CASCADE"))
        session.execute(text("INSERT INTO market.symbol (ticker) VALUES ('IBM')"))
    exchange.faults.rules[:] = [] if fault is None else [FaultRule(fault, times=times)]
    with ground.database.transaction() as session:
        job_id = jobs.queue_load(session, "IBM", owner_id=1).id
    asyncio.run(work_off(ground, world))
    with ground.database.transaction() as session:
        outcomes = session.scalars(text("SELECT outcome FROM market.upstream_call ORDER BY id"))
        bars = session.scalar(text("SELECT count(*) FROM market.daily_bar")) or 0
        findings = status_of(session, "IBM").findings
        ids = [str(finding["id"]) for finding in findings]
        return Outcome(session.get_one(Job, job_id), list(outcomes), bars, ids)


async def work_off(ground: Stage, world: World) -> None:
    app = working_app(ground.url, build_tasks(world), namespace="ingestion")
    async with app.open_async():
        await app.run_worker_async(queues=["ingestion"], wait=False, install_signal_handlers=False)


def show(name: str, lasting: Outcome, once: Outcome | None) -> None:
    single = "" if once is None else f"{len(once.outcomes)} → {once.job.state}"
    kinds = ", ".join(lasting.outcomes) or "nothing is asked"
    cells = (name, single, kinds, f"{lasting.bars} bars", seen(lasting))
    print("| " + " | ".join(cells) + " |", flush=True)


def seen(outcome: Outcome) -> str:
    """The job's end in words, with the findings shown beside the bars."""
    job = outcome.job
    if job.problem is None:
        eta = f" (ETA {job.eta:%Y-%m-%d %H:%M} UTC)" if job.eta else ""
        findings = f" Findings: {', '.join(outcome.findings)}." if outcome.findings else ""
        return f"{job.state}: {job.message}{eta}{findings}"
    detail = str(job.problem["detail"])
    short = detail if len(detail) <= LONGEST_DETAIL else detail[: LONGEST_DETAIL - 1] + "…"
    return f"{job.problem['status']} {job.problem['title']}: {short}"


if __name__ == "__main__":
    main()
