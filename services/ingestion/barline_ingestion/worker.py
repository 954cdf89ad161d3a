"""`python -m barline_ingestion.worker`: takes tasks off the queue, and those of dead workers too."""

import asyncio
import contextlib
import signal
from collections.abc import Iterator

import psycopg
import structlog
from procrastinate.connector import BaseConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker
from sqlalchemy.exc import OperationalError

from barline_core import tracing
from barline_core.exposition import expose
from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_core.queue_readings import queue_readings
from barline_core.task_context import TaskContext
from barline_ingestion.deferral import QUEUE, take_back_stalled
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import World, open_world

POLLING_S = 1.0
GRACEFUL_STOP_S = 25.0
BEGIN_AGAIN_AFTER_S = 1.0
OUR_OWN_HEARTBEAT = 10.0**6  # seconds: the library's never beats

log = structlog.get_logger("barline.worker")


def main() -> None:
    settings = IngestionSettings()
    configure_logs(
        service="ingestion-worker", level=settings.log_level, log_format=settings.log_format
    )
    tracing.start("ingestion-worker", settings.otel_exporter_otlp_endpoint)
    asyncio.run(work(settings))


async def work(settings: IngestionSettings) -> None:
    """Work until SIGTERM or SIGINT; tasks in hand are finished first.

    When the database goes away the library's worker stops, and a new one is begun until it is back:
    what the old one had in hand is found by its missing heartbeat.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with open_world(settings) as world:
        expose(settings, world.database, queue_readings(QUEUE))
        while not stopping.is_set():
            try:
                await work_until(stopping, world, settings)
            except (ConnectorException, psycopg.Error) as error:
                log.warning("worker.lost", error=type(error).__name__)
            if not stopping.is_set():
                log.warning("worker.begins_again", after_s=BEGIN_AGAIN_AFTER_S)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), BEGIN_AGAIN_AFTER_S)


async def work_until(stopping: asyncio.Event, world: World, settings: IngestionSettings) -> None:
    """One life of the library's worker: it ends when told to, or when the database goes away."""
    url = settings.database_url.get_secret_value()
    app = working_app(url, build_tasks(world), namespace="ingestion")
    lost = asyncio.Event()
    app.job_manager = WatchfulManager(app.connector, lost)
    worker = Worker(
        app,
        queues=[QUEUE],
        concurrency=settings.worker_concurrency,
        delete_jobs=DeleteJobCondition.SUCCESSFUL,
        fetch_job_polling_interval=POLLING_S,
        shutdown_graceful_timeout=GRACEFUL_STOP_S,
        update_heartbeat_interval=OUR_OWN_HEARTBEAT,
        stalled_worker_timeout=settings.worker_stalled_after_s,
        install_signal_handlers=False,
        task_middleware=[TaskContext(world.database)],
    )
    async with app.open_async():
        running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # the library leaves it untyped
        others = [
            asyncio.create_task(beat(worker, world, settings)),
            asyncio.create_task(stopping.wait()),
            asyncio.create_task(lost.wait()),
        ]
        try:
            await asyncio.wait({running, *others}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*others, running):
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            with contextlib.suppress(asyncio.CancelledError):
                await running


class WatchfulManager(JobManager):
    """Notices when the end of a task could not be written down: the task would stay in this
    worker's hands for as long as its heart beats.
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


async def beat(worker: Worker, world: World, settings: IngestionSettings) -> None:
    """Show that this worker lives, and take back the tasks of those that do not.

    The library's own heartbeat can die without its worker. This one ends the worker's life when it
    fails, so that nobody else takes over what is still being done here.
    """
    while True:
        await asyncio.sleep(settings.worker_heartbeat_s)
        if worker.worker_id is not None:
            await worker.app.job_manager.update_heartbeat(worker.worker_id)
        rescued = await asyncio.to_thread(rescue, world, settings.worker_stalled_after_s)
        for task in rescued:
            log.warning("task.rescued", task=task)


def rescue(world: World, stalled_after_s: float) -> list[str]:
    """Put tasks whose worker's heartbeat has stopped back on the queue."""
    try:
        with world.database.transaction() as session:
            return take_back_stalled(session, stalled_after_s)
    except OperationalError as error:  # The database is away; the heartbeat will notice.
        log.warning("rescue.failed", error=type(error).__name__)
        return []


if __name__ == "__main__":
    main()
