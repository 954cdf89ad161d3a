"""Batches of forecasts as rows: made with their job, filled in by workers, read by their owner."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from barline_core.clock import utc_now
from barline_core.models import Forecast, ForecastBatch, ForecastBatchSymbol, Job, Symbol
from barline_prediction.origins import Wanted
from barline_prediction.store.vintages import STEP_COLUMNS
from barline_prediction.vintage import Vintage, VintageKey

KEY = (
    Forecast.symbol_id,
    Forecast.model_version,
    Forecast.last_date,
    Forecast.bars_digest,
    Forecast.hindcast,
)
COPY_STEPS = f"COPY market.forecast_step (forecast_id, {', '.join(STEP_COLUMNS)}) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many symbols a batch has, how many are done, and how many of those could not be forecast."""

    symbols: int
    done: int
    failed: int


def unknown_symbols(session: Session, symbols: Sequence[str]) -> list[str]:
    """Those that nobody has registered, in the given order."""
    known = set(session.scalars(select(Symbol.ticker).where(Symbol.ticker.in_(symbols))))
    return [symbol for symbol in symbols if symbol not in known]


def create_batch(
    session: Session, job: Job, *, symbols: Sequence[str], wanted: Wanted, model_version: str
) -> None:
    """A batch of the job's owner, with a waiting row for each symbol."""
    session.add(
        ForecastBatch(
            id=job.id,
            owner_id=job.owner_id,
            model_version=model_version,
            as_of=wanted.as_of,
            hindcast_start=wanted.start,
            hindcast_end=wanted.end,
            every_sessions=wanted.every,
        )
    )
    session.flush()
    rows = [
        {"batch_id": job.id, "position": position, "symbol": symbol}
        for position, symbol in enumerate(symbols)
    ]
    session.execute(insert(ForecastBatchSymbol), rows)


def wanted_of(batch: ForecastBatch) -> Wanted:
    return Wanted(batch.as_of, batch.hindcast_start, batch.hindcast_end, batch.every_sessions)


def find_batch(session: Session, batch_id: str, owner_id: int | None) -> ForecastBatch | None:
    """A batch of this owner; None when they have no such batch."""
    return session.scalar(
        select(ForecastBatch).where(
            ForecastBatch.id == batch_id, ForecastBatch.owner_id.is_not_distinct_from(owner_id)
        )
    )


def count_symbols(session: Session, batch_id: str) -> Counts:
    symbols, done, failed = session.execute(
        select(
            func.count(),
            func.count(ForecastBatchSymbol.finished_at),
            func.count(ForecastBatchSymbol.problem),
        ).where(ForecastBatchSymbol.batch_id == batch_id)
    ).one()
    return Counts(symbols, done, failed)


def batch_page(
    session: Session, batch_id: str, *, offset: int, limit: int
) -> list[tuple[ForecastBatchSymbol, date | None]]:
    """Some of a batch's symbols in the order they were asked for, each with the last bar its newest vintage used."""
    rows = session.execute(
        select(ForecastBatchSymbol, Forecast.last_date)
        .outerjoin(Forecast, Forecast.id == ForecastBatchSymbol.vintage_id)
        .where(ForecastBatchSymbol.batch_id == batch_id)
        .order_by(ForecastBatchSymbol.position)
        .offset(offset)
        .limit(limit)
    )
    return [(row, last_date) for row, last_date in rows]


def waiting_symbols(
    session: Session, batch_id: str, first: int, stop: int
) -> list[tuple[int, str]]:
    """Position and symbol of those from `first` up to but not including `stop` that are not done."""
    rows = session.execute(
        select(ForecastBatchSymbol.position, ForecastBatchSymbol.symbol)
        .where(
            ForecastBatchSymbol.batch_id == batch_id,
            ForecastBatchSymbol.position >= first,
            ForecastBatchSymbol.position < stop,
            ForecastBatchSymbol.finished_at.is_(None),
        )
        .order_by(ForecastBatchSymbol.position)
    )
    return [(position, symbol) for position, symbol in rows]


def note_forecasts(
    session: Session, batch_id: str, position: int, *, forecasts: int, vintage_id: str
) -> None:
    finish(session, batch_id, position, forecasts=forecasts, vintage_id=vintage_id)


def note_problem(
    session: Session, batch_id: str, position: int, problem: dict[str, object]
) -> None:
    finish(session, batch_id, position, problem=problem)


def finish(session: Session, batch_id: str, position: int, **values: object) -> None:
    session.execute(
        update(ForecastBatchSymbol)
        .where(ForecastBatchSymbol.batch_id == batch_id, ForecastBatchSymbol.position == position)
        .values(**values, finished_at=utc_now())
    )


def find_ids(session: Session, keys: Sequence[VintageKey]) -> dict[VintageKey, str]:
    """The ids of those vintages there are."""
    values = [tuple(asdict(key).values()) for key in keys]
    rows = session.execute(select(Forecast.id, *KEY).where(tuple_(*KEY).in_(values)))
    return {
        VintageKey(symbol_id, version, last_date, digest, hindcast): vintage_id
        for vintage_id, symbol_id, version, last_date, digest, hindcast in rows
    }


def save_vintages(session: Session, vintages: Sequence[Vintage]) -> None:
    """Add vintages; one whose key another request has just taken is left to that request."""
    rows = [
        {
            "id": vintage.id,
            **asdict(vintage.key),
            "model_name": vintage.model_name,
            "model_sha256": vintage.model_sha256,
            "last_close": vintage.last_close,
            "in_sample": vintage.in_sample,
            "made_at": vintage.made_at,
        }
        for vintage in vintages
    ]
    added = set(
        session.scalars(
            insert_or_leave(Forecast).values(rows).on_conflict_do_nothing().returning(Forecast.id)
        )
    )
    copy_steps(session, [vintage for vintage in vintages if vintage.id in added])


def copy_steps(session: Session, vintages: Iterable[Vintage]) -> None:
    """Thirty rows a vintage, by COPY: inserted one by one they would cost more than the forecasts."""
    lines = [
        "\t".join([vintage.id, *(str(getattr(step, name)) for name in STEP_COLUMNS)])
        for vintage in vintages
        for step in vintage.steps
    ]
    driver_connection = session.connection().connection.driver_connection
    if driver_connection is None:
        raise RuntimeError("the database connection is closed")
    with driver_connection.cursor() as cursor:
        cursor.copy_expert(COPY_STEPS, io.StringIO("\n".join(lines)))
