"""The loop of a worker process: takes tasks off one queue, also those of dead workers, and outlives a lost database."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import structlog
from procrastinate import App
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from barline_core.task_context import TaskContext

POLLING_S = 1.0
GRACEFUL_STOP_S = 25.0  # below Kubernetes' 30 s between SIGTERM and SIGKILL
BEGIN_AGAIN_AFTER_S = 1.0
OUR_OWN_HEARTBEAT = 10.0**6  # seconds: the library's never beats

# Workers look at the same moment: a task another one is taking back is skipped, one it took back is no longer "doing".
TAKE_BACK = """
WITH stalled AS (
    SELECT job.id, job.task_name, job.args
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND job.queue_name = %(queue)s
      AND (worker.id IS NULL
           OR worker.last_heartbeat < now() - make_interval(secs => %(stalled_after_s)s))
    FOR UPDATE OF job SKIP LOCKED
)
SELECT task_name, args, procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM stalled
"""
HAND_BACK = """
WITH mine AS (
    SELECT id, task_name, args FROM procrastinate_jobs
    WHERE status = 'doing' AND worker_id = %(worker_id)s
    FOR UPDATE
)
SELECT task_name, args, procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL) FROM mine
"""

log = structlog.get_logger("barline.worker")


@dataclass(frozen=True, slots=True)
class Pace:
    """How many tasks at once, how often a worker says it lives, after what silence it is taken for dead, and how long
    it may go on with what it has in hand when it is told to stop.
    """

    concurrency: int
    heartbeat_s: float
    stalled_after_s: float
    grace_s: float = GRACEFUL_STOP_S


async def work_forever(
    make_app: Callable[[], App], queue: str, pace: Pace, around: TaskContext
) -> None:
    """Work until SIGTERM or SIGINT; tasks in hand are finished first, or handed back when that takes too long.
    `around` is entered for each task.

    When the database goes away the library's worker stops, and a new one, on a new app, is begun until it is back:
    what the old one had in hand is found by its missing heartbeat.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    while not stopping.is_set():
        try:
            await work_until(stopping, make_app(), queue, pace, around)
        except (ConnectorException, psycopg.Error) as error:
            log.warning("worker.lost", error=type(error).__name__)
        if not stopping.is_set():
            log.warning("worker.begins_again", after_s=BEGIN_AGAIN_AFTER_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), BEGIN_AGAIN_AFTER_S)


async def work_until(
    stopping: asyncio.Event, app: App, queue: str, pace: Pace, around: TaskContext
) -> None:
    """One life of the library's worker: it ends when told to, or when the database goes away."""
    lost = asyncio.Event()
    app.job_manager = WatchfulManager(app.connector, lost)
    worker = Worker(
        app,
        queues=[queue],
        concurrency=pace.concurrency,
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        fetch_job_polling_interval=POLLING_S,
        update_heartbeat_interval=OUR_OWN_HEARTBEAT,
        stalled_worker_timeout=pace.stalled_after_s,
        install_signal_handlers=False,
        task_middleware=[around],
    )
    async with app.open_async():
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # the library leaves it untyped
        beating = asyncio.create_task(beat(worker, queue, pace))
        reasons = [asyncio.create_task(stopping.wait()), asyncio.create_task(lost.wait())]
        try:
            await asyncio.wait({running, beating, *reasons}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            running.cancel()
            # The heart beats on: a worker that finishes what it has in hand is not dead.
            if not await finish(running, stopping, pace.grace_s):
                await hand_back_and_end(worker)
            for task in (beating, *reasons):
                task.cancel()
            await asyncio.gather(beating, *reasons, return_exceptions=True)
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def finish(running: "asyncio.Task[None]", stopping: asyncio.Event, grace_s: float) -> bool:
    """Wait for the tasks in hand, for `grace_s` at most once the process is to stop; False when that was not enough."""
    told = asyncio.create_task(stopping.wait())
    await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if not running.done():
        await asyncio.wait({running}, timeout=grace_s)
    return running.done()


async def hand_back_and_end(worker: Worker) -> None:
    """Give the tasks in hand to whoever is next, and end the process: a thread cannot be stopped in any other way.

    What a task had not committed is undone with its connection, as when its worker is killed.
    """
    if worker.worker_id is not None:
        handed_back = await worker.app.connector.execute_query_all_async(
            HAND_BACK, worker_id=worker.worker_id
        )
        for task in handed_back:
            log.warning("task.handed_back", task=task["task_name"], arguments=task["args"])
    os._exit(0)


class WatchfulManager(JobManager):
    """Notices when the end of a task could not be written down: the task would stay in this worker's hands for as long
    as its heart beats.
    """

    def __init__(self, connector: BaseConnector, lost: asyncio.Event) -> None:
        super().__init__(connector)
        self.lost = lost

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        with self.noticing():
            await super().finish_job(job, status, delete_job)

    async def retry_job_by_id_async(self, *arguments: object, **named: object) -> None:
        with self.noticing():
            await super().retry_job_by_id_async(*arguments, **named)  # type: ignore[arg-type]  # passed on as it came

    @contextlib.contextmanager
    def noticing(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException:
            self.lost.set()
            raise


async def beat(worker: Worker, queue: str, pace: Pace) -> None:
    """Show that this worker lives, and take back the tasks of those that do not.

    The library's own heartbeat can die without its worker. This one ends the worker's life when it fails, so that
    nobody else takes over what is still being done here.
    """
    while True:
        await asyncio.sleep(pace.heartbeat_s)
        if worker.worker_id is not None:
            await worker.app.job_manager.update_heartbeat(worker.worker_id)
        rescued = await worker.app.connector.execute_query_all_async(
            TAKE_BACK, queue=queue, stalled_after_s=pace.stalled_after_s
        )
        for task in rescued:
            log.warning("task.rescued", task=task["task_name"], arguments=task["args"])
