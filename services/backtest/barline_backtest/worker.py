"""`python -m barline_backtest.worker`: computes sweeps and walk-forwards. Start as many as there are cores or pods."""

import asyncio

from barline_backtest import jobs
from barline_backtest.compilation import take_compiled
from barline_backtest.settings import BacktestSettings
from barline_backtest.sweeping import Workplace
from barline_backtest.tasks import build_tasks
from barline_backtest.warm_up import warm_up_sweeps
from barline_core import tracing
from barline_core.db import connect
from barline_core.exposition import expose
from barline_core.logs import configure_logs
from barline_core.queue import working_app
from barline_core.queue_readings import queue_readings
from barline_core.task_context import TaskContext
from barline_core.worker import Pace, work_forever


def main() -> None:
    settings = BacktestSettings()
    configure_logs(
        service="backtest-worker", level=settings.log_level, log_format=settings.log_format
    )
    tracing.start("backtest-worker", settings.otel_exporter_otlp_endpoint)
    take_compiled(settings.compiled_kernels_dir)
    warm_up_sweeps()
    asyncio.run(work(settings))


async def work(settings: BacktestSettings) -> None:
    """One task at a time: its threads use the cores."""
    url = settings.database_url.get_secret_value()
    database = connect(url, pool_size=3, application_name="barline-backtest-worker")
    place = Workplace(database, settings.compute_threads or None)
    pace = Pace(1, settings.worker_heartbeat_s, settings.worker_stalled_after_s)
    expose(settings, database, queue_readings(jobs.QUEUE))
    try:
        await work_forever(
            lambda: working_app(url, build_tasks(place), namespace=jobs.QUEUE),
            jobs.QUEUE,
            pace,
            TaskContext(database),
        )
    finally:
        database.close()


if __name__ == "__main__":
    main()
