"""A universe sweep through the queue by one and by two worker processes: seconds, efficiency, and what twenty would do.

SYMBOLS (default 500) random walks of 13 years in a database of their own, 2,500 cells each, one thread a worker. The
results of both are compared to the last bit.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex

import numpy as np
from sqlalchemy import select, text

from barline_backtest import jobs
from barline_backtest.certificate import parameter_values
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.parameters import RunParameters
from barline_backtest.store import sweeps
from barline_core.db import Database, connect
from barline_core.embedded import EmbeddedPostgres
from barline_core.jobs import create_job
from barline_core.migrate import migrate
from barline_core.models import Job, SweepSymbol

SYMBOLS = int(os.environ.get("SYMBOLS") or 500)
SESSIONS = 3_270
GRID = Grid(WindowRange(5, 205, 4), WindowRange(5, 205, 4))  # 2,500 cells


@contextmanager
def database_of_its_own() -> Iterator[tuple[Database, str]]:
    with tempfile.TemporaryDirectory(prefix="barline-bench-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder) / "postgres", password=token_hex(8), durable=False)
        url = postgres.url(postgres.start())
        try:
            migrate(url)
            database = connect(url)
            yield database, url
            database.close()
        finally:
            postgres.stop()


def store_universe(database: Database) -> list[str]:
    """Random walks, inserted column by column."""
    days = np.busday_offset("2000-01-03", np.arange(SESSIONS)).astype(str).tolist()
    insert = text(
        "INSERT INTO market.daily_bar (symbol_id, date, open, high, low, close, volume, known_from)"
        " SELECT :id, d, o, greatest(o, c), least(o, c), c, 1000, now()"
        " FROM unnest(CAST(:days AS date[]), CAST(:opens AS float8[]), CAST(:closes AS float8[]))"
        " AS bar(d, o, c)"
    )
    tickers = [f"BENCH{i:04d}" for i in range(SYMBOLS)]
    for seed, ticker in enumerate(tickers):
        rng = np.random.default_rng(seed)
        close = 50.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.018, SESSIONS)))
        opened = close * np.exp(rng.normal(0.0, 0.004, SESSIONS))
        with database.transaction() as session:
            symbol_id = session.scalar(
                text("INSERT INTO market.symbol (ticker) VALUES (:t) RETURNING id"), {"t": ticker}
            )
            values = {"id": symbol_id, "days": days, "opens": opened.tolist()}
            session.execute(insert, values | {"closes": close.tolist()})
    return tickers


def order(database: Database, tickers: list[str]) -> tuple[str, str]:
    """What POST /back_test/sweeps does; gives the sweep and its job."""
    asked = parameter_values(RunParameters(symbol="", winbuy=5, winsell=5))
    shared = {k: v for k, v in asked.items() if k not in {"symbol", "winbuy", "winsell"}}
    with database.transaction() as session:
        job = create_job(session, service="backtest", kind="sweep", owner_id=1, parameters={})
        sweep = sweeps.create_sweep(session, job, symbols=tickers, parameters=shared, grid=GRID)
        jobs.queue_sweep_tasks(session, job.id, sweep.id, tickers)
        return sweep.id, job.id


def work(database: Database, url: str, job_id: str, workers: int) -> float:
    """Seconds from the first task to the last with this many worker processes."""
    environment = {
        **os.environ, "DATABASE_URL": url, "INTERNAL_KEYS_DIR": "/nonexistent",
        "COMPUTE_THREADS": "1", "LOG_LEVEL": "error",
    }  # fmt: skip
    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen([sys.executable, "-m", "barline_backtest.worker"], env=environment)
            )
            for _ in range(workers)
        ]
        while True:
            time.sleep(0.1)
            with database.transaction() as session:
                job = session.get_one(Job, job_id)
            if job.finished_at is not None:
                break
        for process in processes:
            process.terminate()
    assert job.state == "succeeded", job.message
    assert job.started_at is not None
    return (job.finished_at - job.started_at).total_seconds()


def digests(database: Database, sweep_id: str) -> list[object]:
    with database.transaction() as session:
        rows = select(SweepSymbol.summary["digest"].astext, SweepSymbol.sharpe).where(
            SweepSymbol.sweep_id == sweep_id
        )
        return [tuple(row) for row in session.execute(rows.order_by(SweepSymbol.position))]


if __name__ == "__main__":
    with database_of_its_own() as (database, url):
        tickers = store_universe(database)
        seconds, made = {}, []
        for workers in (1, 2):
            sweep_id, job_id = order(database, tickers)
            seconds[workers] = work(database, url, job_id, workers)
            made.append(digests(database, sweep_id))
        assert made[0] == made[1]
    efficiency = seconds[1] / seconds[2] / 2
    # Amdahl's law, from the part that two workers could not share.
    serial = max(0.0, 2 * seconds[2] / seconds[1] - 1)
    print(
        json.dumps(
            {
                "benchmark": "universe",
                "symbols": SYMBOLS,
                "cells_a_symbol": len(GRID),
                "sessions": SESSIONS,
                "one_worker_s": round(seconds[1], 1),
                "two_workers_s": round(seconds[2], 1),
                "efficiency_of_two": round(efficiency, 3),
                "serial_share": round(serial, 4),
                "twenty_workers_s_estimated": round(seconds[1] * (serial + (1 - serial) / 20), 1),
                "same_bits": True,
            }
        )
    )
