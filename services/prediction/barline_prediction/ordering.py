"""Batches of forecasts between HTTP and the queue: asked for, and read while they grow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from barline_core.jobs import create_job, job_document
from barline_core.models import ForecastBatch, ForecastBatchSymbol, Job
from barline_core.paging import PageQuery, page_document
from barline_core.problems import unknown_symbols
from barline_core.sessions import DEFAULT_CALENDAR, sessions_between
from barline_core.tokens import Caller
from barline_prediction import jobs
from barline_prediction.errors import (
    UnknownBatch,
    in_the_future,
    too_many_forecasts,
)
from barline_prediction.origins import Wanted
from barline_prediction.store import batches

MOST_FORECASTS = 50_000  # thirty rows each


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """The symbols to forecast, each once, and from which bars."""

    symbols: Sequence[str]
    wanted: Wanted


def order_batch(
    session: Session, request: BatchRequest, model_version: str, today: date, caller: Caller
) -> Job:
    """Put the forecasts on the queue. Raises UnknownSymbol, or InvalidInput for a date to come or too much at once."""
    check_dates(request.wanted, today)
    each = forecasts_a_symbol(request.wanted)
    if each * len(request.symbols) > MOST_FORECASTS:
        raise too_many_forecasts(each * len(request.symbols), MOST_FORECASTS)
    unknown = batches.unknown_symbols(session, request.symbols)
    if unknown:
        raise unknown_symbols(unknown)
    job = create_job(
        session,
        service=jobs.SERVICE,
        kind=jobs.BATCH,
        owner_id=caller.user_id,
        parameters={"symbols": len(request.symbols)},
    )
    batches.create_batch(
        session,
        job,
        symbols=request.symbols,
        wanted=request.wanted,
        model_version=model_version,
    )
    jobs.queue_batch(session, job.id, len(request.symbols), each)
    return job


def check_dates(wanted: Wanted, today: date) -> None:
    for day, pointer in ((wanted.as_of, "/as_of"), (wanted.start, "/hindcasts/start")):
        if day is not None and day > today:
            raise in_the_future(day, today, pointer=pointer)


def forecasts_a_symbol(wanted: Wanted) -> int:
    """At most; a symbol with missing or too few bars gets fewer."""
    if wanted.start is None or wanted.end is None:
        return 1
    sessions = len(sessions_between(DEFAULT_CALENDAR, wanted.start, wanted.end))
    return max(1, -(-sessions // (wanted.every or 1)))


def own_batch(session: Session, batch_id: str, caller: Caller) -> ForecastBatch:
    """A batch of the caller. Raises UnknownBatch, also for the batch of somebody else."""
    batch = batches.find_batch(session, batch_id, caller.user_id)
    if batch is None:
        raise UnknownBatch(batch_id)
    return batch


def batch_document(session: Session, batch: ForecastBatch, query: PageQuery) -> dict[str, object]:
    """The batch, its job, and one page of its symbols; what still waits has neither vintage nor problem."""
    counts = batches.count_symbols(session, batch.id)
    rows = batches.batch_page(session, batch.id, offset=query.offset, limit=query.page_size)
    symbols = [symbol_document(row, last_date) for row, last_date in rows]
    path = f"{jobs.BATCHES_PATH}/{batch.id}"
    return {
        "id": batch.id,
        "job": job_document(session.get_one(Job, batch.id)),
        "created_at": batch.created_at.isoformat().replace("+00:00", "Z"),
        "model_version": batch.model_version,
        "as_of": batch.as_of,
        "hindcasts": hindcasts_document(batch),
        "done": counts.done,
        "failed": counts.failed,
    } | page_document(path, query, count=counts.symbols, results=symbols)


def hindcasts_document(batch: ForecastBatch) -> dict[str, object] | None:
    if batch.hindcast_start is None:
        return None
    return {
        "start": batch.hindcast_start,
        "end": batch.hindcast_end,
        "every": batch.every_sessions,
    }


def symbol_document(row: ForecastBatchSymbol, last_date: date | None) -> dict[str, object]:
    return {
        "symbol": row.symbol,
        "forecasts": row.forecasts,
        "vintage_id": row.vintage_id,
        "last_date": last_date,
        "problem": row.problem,
    }
