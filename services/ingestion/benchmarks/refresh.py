"""How long a refresh of symbols takes that lack nothing, and that it makes no request: `python
refresh.py --symbols 1000`.
"""

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from actors import KEY, SandboxProcess, sandbox
from sqlalchemy import text
from stage import Stage, stage

from barline_core.models import Job
from barline_core.queue import working_app
from barline_ingestion import jobs
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import open_world

LAST_BAR = "2013-03-01"
UP_TO_DATE = """
INSERT INTO market.symbol_status (symbol_id, state, first_date, last_date, sessions, capability,
    actions_known, splits_through, dividends_through, last_success_at)
SELECT id, 'ready', DATE '1993-03-01', CAST(:last AS date), 5040, 'adjusted-full', true,
    CAST(:last AS date), CAST(:last AS date), now() - interval '1 day' FROM market.symbol
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--symbols", type=int, default=1000)
    count = options.parse_args().symbols
    with tempfile.TemporaryDirectory() as folder, stage() as ground, sandbox() as upstream:
        with ground.database.transaction() as session:
            session.execute(
                text(
                    "INSERT INTO market.symbol (ticker)"
                    " SELECT 'S' || n FROM generate_series(1, :count) AS n"
                ),
                {"count": count},
            )
            session.execute(text(UP_TO_DATE), {"last": LAST_BAR})
        print(json.dumps(measure(ground, upstream, Path(folder), count)))


def measure(ground: Stage, upstream: SandboxProcess, folder: Path, count: int) -> dict[str, object]:
    settings = IngestionSettings(
        database_url=ground.url,
        internal_keys_dir=folder,
        alpha_vantage_base_url=upstream.url,
        alpha_vantage_api_key=KEY,
        market_date="2013-03-02",
        log_level="error",
    )
    started = time.perf_counter()
    with ground.database.transaction() as session:
        job_id = jobs.queue_refresh(
            session, None, full=False, owner_id=1, market_clock=settings.market_clock
        ).id
    queued_s = time.perf_counter() - started
    started = time.perf_counter()
    asyncio.run(work_off(ground, settings))
    worked_s = time.perf_counter() - started
    with ground.database.transaction() as session:
        job = session.get_one(Job, job_id)
        return {
            "benchmark": "refresh-up-to-date",
            "symbols": count,
            "requests": len(upstream.requests()),
            "job": f"{job.state}: {job.message}",
            "queueing_s": round(queued_s, 2),
            "working_s": round(worked_s, 2),
            "ms_a_symbol": round(worked_s / count * 1000, 2),
        }


async def work_off(ground: Stage, settings: IngestionSettings) -> None:
    with open_world(settings) as world:
        app = working_app(ground.url, build_tasks(world), namespace="ingestion")
        async with app.open_async():
            await app.run_worker_async(
                queues=["ingestion"],
                wait=False,
                delete_jobs="successful",
                install_signal_handlers=False,
            )


if __name__ == "__main__":
    main()
