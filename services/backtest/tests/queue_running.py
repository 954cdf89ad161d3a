"""Runs the service's queue in a test: in this process until it is empty, or in worker processes of their own."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from barline_backtest.sweeping import Workplace
from barline_backtest.tasks import build_tasks
from barline_core.db import Database
from barline_core.queue import working_app


def run_queue(database: Database, url: str, *, threads: int | None = None) -> None:
    """Do every task that is due."""

    async def work() -> None:
        tasks = build_tasks(Workplace(database, threads))
        app = working_app(url, tasks, namespace="backtest")
        async with app.open_async():
            await app.run_worker_async(
                queues=["backtest"], wait=False, install_signal_handlers=False
            )

    asyncio.run(work())


@contextmanager
def worker_process(
    url: str, keys_dir: Path, log: Path, **environment: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m barline_backtest.worker` as in production; its output goes to `log`."""
    inherited = {
        name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH", "HOME"}
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "barline_backtest.worker"],
            env=inherited
            | {
                "DATABASE_URL": url,
                "INTERNAL_KEYS_DIR": str(keys_dir),
                "WORKER_HEARTBEAT_S": "0.2",
                "WORKER_STALLED_AFTER_S": "1",
                "COMPUTE_THREADS": "1",
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            # One that is told to stop before it has begun simply ends.
            assert process.wait(40) in {0, -signal.SIGKILL, -signal.SIGTERM}
