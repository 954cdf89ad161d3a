"""`python -m barline_ingestion.worker`: takes tasks off the queue, and those of dead workers too."""

import asyncio
import contextlib
import signal

import psycopg
import structlog
from procrastinate import App
from procrastinate.exceptions import ConnectorException

from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_ingestion.deferral import QUEUE
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import World, open_world

POLLING_S = 1.0
GRACEFUL_STOP_S = 25.0
BEGIN_AGAIN_AFTER_S = 1.0

log = structlog.get_logger("barline.worker")


def main() -> None:
    settings = IngestionSettings()
    configure_logs(
        service="ingestion-worker", level=settings.log_level, log_format=settings.log_format
    )
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
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=settings.worker_concurrency,
                delete_jobs="successful",
                fetch_job_polling_interval=POLLING_S,
                shutdown_graceful_timeout=GRACEFUL_STOP_S,
                update_heartbeat_interval=settings.worker_heartbeat_s,
                stalled_worker_timeout=settings.worker_stalled_after_s,
                install_signal_handlers=False,
            )
        )
        told = asyncio.create_task(stopping.wait())
        rescuer = asyncio.create_task(rescue_forever(app, settings))
        try:
            await asyncio.wait({worker, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (rescuer, told, worker):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker
            await asyncio.gather(rescuer, told, return_exceptions=True)


async def rescue_forever(app: App, settings: IngestionSettings) -> None:
    """Put tasks whose worker's heartbeat has stopped back on the queue."""
    while True:
        try:
            await rescue(app, settings.worker_stalled_after_s)
        except ConnectorException as error:  # The database is away; the worker itself waits too.
            log.warning("rescue.failed", error=type(error).__name__)
        await asyncio.sleep(settings.worker_heartbeat_s)


async def rescue(app: App, stalled_after_s: float) -> None:
    stalled = await app.job_manager.get_stalled_jobs(
        queue=QUEUE, seconds_since_heartbeat=stalled_after_s
    )
    for task in stalled:
        log.warning("task.rescued", task=task.task_name, arguments=task.task_kwargs)
        await app.job_manager.retry_job(task)


if __name__ == "__main__":
    main()
