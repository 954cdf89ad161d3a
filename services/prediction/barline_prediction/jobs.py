"""The jobs behind batches of forecasts: put on the queue with their rows, and moved along by workers."""

from collections.abc import Iterator

from procrastinate.jobs import Job as QueuedTask
from sqlalchemy.orm import Session

from barline_core.deferral import put
from barline_core.jobs import FINISHED, expected_end, fail, lock_job, report_progress, succeed
from barline_prediction.errors import NothingForecast
from barline_prediction.store.batches import count_symbols

SERVICE = QUEUE = "prediction"
BATCH = "forecasts"
BATCH_TASK = "prediction:forecast_symbols"
BATCHES_PATH = "/ai_prediction/batches"
FORECASTS_A_TASK = (
    100  # a fraction of a second: how long a cancelled task goes on, and how often progress shows
)


def queue_batch(session: Session, job_id: str, symbols: int, forecasts_a_symbol: int) -> None:
    """Tasks of as many neighbouring symbols as make up about a hundred forecasts."""
    step = max(1, FORECASTS_A_TASK // forecasts_a_symbol)
    put(session, list(tasks_of(job_id, symbols, step)))


def tasks_of(job_id: str, symbols: int, step: int) -> Iterator[QueuedTask]:
    for first in range(0, symbols, step):
        yield QueuedTask(
            queue=QUEUE,
            task_name=BATCH_TASK,
            priority=0,
            lock=None,
            queueing_lock=None,
            task_kwargs={"job_id": job_id, "first": first, "stop": min(first + step, symbols)},
        )


def advance(session: Session, job_id: str) -> None:
    """Count what is done after a task, and end the job after its last one."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return
    counts = count_symbols(session, job_id)
    total, done = counts.symbols, counts.done
    if done < total:
        message = f"{done:,} of {total:,} symbols."
        report_progress(job, done / total, message, eta=expected_end(job, done, total))
    elif counts.failed == total:
        reason = (
            f"Not one of {total:,} symbol(s) could be forecast; {BATCHES_PATH}/{job_id} says why."
        )
        fail(job, NothingForecast(reason))
    else:
        message = f"{total - counts.failed:,} of {total:,} symbols forecast."
        succeed(job, message=message, result=f"{BATCHES_PATH}/{job_id}")
