"""The loop of a worker process: takes tasks off one queue, and those of dead workers too."""

import asyncio
import contextlib
from dataclasses import dataclass

import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from barline_core.task_context import TaskContext

POLLING_S = 1.0
GRACEFUL_STOP_S = 25.0

log = structlog.get_logger("barline.worker")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tasks at once, how often a worker says it lives, and after what silence it is taken for dead."""

    concurrency: int
    heartbeat_s: float
    stalled_after_s: float


async def work_forever(app: App, queue: str, pace: Pace, around: TaskContext) -> None:
    """Work until SIGTERM or SIGINT; tasks in hand are finished first."""
    async with app.open_async():
        rescuer = asyncio.create_task(rescue_forever(app, queue, pace))
        try:
            await app.run_worker_async(
                queues=[queue],
                concurrency=pace.concurrency,
                delete_jobs="successful",
                fetch_job_polling_interval=POLLING_S,
                shutdown_graceful_timeout=GRACEFUL_STOP_S,
                update_heartbeat_interval=pace.heartbeat_s,
                stalled_worker_timeout=pace.stalled_after_s,
                task_middleware=[around],
            )
        finally:
            rescuer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await rescuer


async def rescue_forever(app: App, queue: str, pace: Pace) -> None:
    """Put tasks whose worker's heartbeat has stopped back on the queue."""
    while True:
        try:
            await rescue(app, queue, pace.stalled_after_s)
        except ConnectorException as error:  # The database is away; the worker itself waits too.
            log.warning("rescue.failed", error=type(error).__name__)
        await asyncio.sleep(pace.heartbeat_s)


async def rescue(app: App, queue: str, stalled_after_s: float) -> None:
    stalled = await app.job_manager.get_stalled_jobs(
        queue=queue, seconds_since_heartbeat=stalled_after_s
    )
    for task in stalled:
        log.warning("task.rescued", task=task.task_name, arguments=task.task_kwargs)
        await app.job_manager.retry_job(task)
