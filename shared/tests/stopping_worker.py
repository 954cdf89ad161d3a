"""`python stopping_worker.py`: a worker whose one task takes its time, run as all workers are."""

import asyncio
import os
import time

from procrastinate import Blueprint

from barline_core.db import connect
from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_core.task_context import TaskContext
from barline_core.worker import Pace, work_forever

QUEUE = "stopping"
tasks = Blueprint()


@tasks.task(name="slow", queue=QUEUE)
def slow(seconds: float) -> None:
    print("begun", flush=True)
    time.sleep(seconds)
    print("done", flush=True)


async def main() -> None:
    url = os.environ["DATABASE_URL"]
    pace = Pace(1, heartbeat_s=0.2, stalled_after_s=1.0, grace_s=float(os.environ["GRACE_S"]))
    around = TaskContext(connect(url))
    await work_forever(lambda: working_app(url, tasks, namespace=QUEUE), QUEUE, pace, around)


if __name__ == "__main__":
    configure_logs(service="stopping", level="info", log_format="json")
    asyncio.run(main())
