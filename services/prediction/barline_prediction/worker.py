"""`python -m barline_prediction.worker`: makes the forecasts of batches. Start as many as there are cores or pods."""

import asyncio
from functools import cache

from barline_core import tracing
from barline_core.db import connect
from barline_core.exposition import expose
from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_core.queue_readings import queue_readings
from barline_core.task_context import TaskContext
from barline_core.worker import Pace, work_forever
from barline_prediction import jobs
from barline_prediction.artefact import load_model
from barline_prediction.batching import Workplace
from barline_prediction.settings import PredictionSettings
from barline_prediction.tasks import build_tasks


def main() -> None:
    settings = PredictionSettings()
    configure_logs(
        service="prediction-worker", level=settings.log_level, log_format=settings.log_format
    )
    tracing.start("prediction-worker", settings.otel_exporter_otlp_endpoint)
    asyncio.run(work(settings))


async def work(settings: PredictionSettings) -> None:
    """One task at a time. A batch is made with the version it was asked of, whatever is served meanwhile."""
    url = settings.database_url.get_secret_value()
    database = connect(url, pool_size=3, application_name="barline-prediction-worker")
    model_of = cache(load_model)
    model_of(
        settings.model_version
    )  # a model that is refused stops the worker before its first task
    pace = Pace(1, settings.worker_heartbeat_s, settings.worker_stalled_after_s)
    tasks = build_tasks(Workplace(database, model_of))
    expose(settings, database, queue_readings(jobs.QUEUE))
    try:
        await work_forever(
            lambda: working_app(url, tasks, namespace=jobs.QUEUE),
            jobs.QUEUE,
            pace,
            TaskContext(database),
        )
    finally:
        database.close()


if __name__ == "__main__":
    main()
