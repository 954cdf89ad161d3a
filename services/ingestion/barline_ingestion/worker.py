"""`python -m barline_ingestion.worker`: fetches what is queued. However many run, one at a time asks
with a key.
"""

import asyncio

from procrastinate import App

from barline_core import tracing
from barline_core.exposition import expose
from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_core.queue_readings import queue_readings
from barline_core.task_context import TaskContext
from barline_core.worker import Pace, work_forever
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.symbol_tasks import QUEUE
from barline_ingestion.tasks import build_tasks
from barline_ingestion.world import open_world


def main() -> None:
    settings = IngestionSettings()
    configure_logs(
        service="ingestion-worker", level=settings.log_level, log_format=settings.log_format
    )
    tracing.start("ingestion-worker", settings.otel_exporter_otlp_endpoint)
    asyncio.run(work(settings))


async def work(settings: IngestionSettings) -> None:
    """Until SIGTERM or SIGINT."""
    url = settings.database_url.get_secret_value()
    pace = Pace(
        settings.worker_concurrency, settings.worker_heartbeat_s, settings.worker_stalled_after_s
    )
    with open_world(settings) as world:
        expose(settings, world.database, queue_readings(QUEUE))

        def make_app() -> App:
            return working_app(url, build_tasks(world), namespace=QUEUE)

        await work_forever(make_app, QUEUE, pace, TaskContext(world.database))


if __name__ == "__main__":
    main()
