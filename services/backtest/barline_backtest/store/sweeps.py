"""Sweeps and walk-forwards as rows: made with their job, filled in by workers, read by their owner."""

import zlib
from collections.abc import Sequence
from dataclasses import asdict
from uuid import uuid4

import numpy as np
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.orm import Session

from barline_backtest.engine import ENGINE_VERSION
from barline_backtest.grid import Grid
from barline_backtest.sweep import Cells
from barline_core.clock import utc_now
from barline_core.models import Job, Sweep, SweepSymbol, Symbol, WalkForward

Values = dict[str, object]

FLOATS, WHOLE = "<f8", "<i4"


def unknown_symbols(session: Session, symbols: Sequence[str]) -> list[str]:
    """Those that nobody has registered, in the given order."""
    known = set(session.scalars(select(Symbol.ticker).where(Symbol.ticker.in_(symbols))))
    return [symbol for symbol in symbols if symbol not in known]


def create_sweep(
    session: Session, job: Job, *, symbols: Sequence[str], parameters: Values, grid: Grid
) -> Sweep:
    """A sweep of the job's owner, with a waiting row for each symbol."""
    sweep = Sweep(
        id=f"sweep-{uuid4().hex}",
        owner_id=job.owner_id,
        job_id=job.id,
        engine_version=ENGINE_VERSION,
        parameters=parameters,
        grid=asdict(grid),
    )
    session.add(sweep)
    session.flush()
    session.execute(
        insert(SweepSymbol),
        [
            {"sweep_id": sweep.id, "symbol": symbol, "position": position}
            for position, symbol in enumerate(symbols)
        ],
    )
    return sweep


def find_sweep(session: Session, sweep_id: str, owner_id: int | None) -> Sweep | None:
    """A sweep of this owner; None when they have no such sweep."""
    return session.scalar(
        select(Sweep).where(Sweep.id == sweep_id, Sweep.owner_id.is_not_distinct_from(owner_id))
    )


def sweep_rows(session: Session, sweep_id: str, symbol: str | None = None) -> list[SweepSymbol]:
    """The symbols of a sweep in the order they were asked for, cells and all."""
    statement = select(SweepSymbol).where(SweepSymbol.sweep_id == sweep_id)
    if symbol is not None:
        statement = statement.where(SweepSymbol.symbol == symbol)
    return list(session.scalars(statement.order_by(SweepSymbol.position)))


def sweep_summaries(
    session: Session, sweep_id: str
) -> list[tuple[str, Values | None, Values | None]]:
    """Symbol, summary and problem of each symbol of a sweep, without the cells."""
    found = session.execute(
        select(SweepSymbol.symbol, SweepSymbol.summary, SweepSymbol.problem)
        .where(SweepSymbol.sweep_id == sweep_id)
        .order_by(SweepSymbol.position)
    )
    return [(symbol, summary, problem) for symbol, summary, problem in found]


def is_finished(session: Session, sweep_id: str, symbol: str) -> bool:
    """Whether a worker has done this symbol already."""
    done = exists().where(
        SweepSymbol.sweep_id == sweep_id,
        SweepSymbol.symbol == symbol,
        SweepSymbol.finished_at.is_not(None),
    )
    return bool(session.scalar(select(done)))


def save_cells(
    session: Session,
    sweep_id: str,
    symbol: str,
    *,
    cells: Cells,
    summary: Values,
    data_version: str,
) -> None:
    """Fill in one symbol."""
    finish(
        session,
        sweep_id,
        symbol,
        {
            "data_version": data_version,
            "total_return": cells.total_return.astype(FLOATS).tobytes(),
            "cagr": cells.cagr.astype(FLOATS).tobytes(),
            "max_drawdown": cells.max_drawdown.astype(FLOATS).tobytes(),
            "sharpe": cells.sharpe.astype(FLOATS).tobytes(),
            "trades": cells.trades.astype(WHOLE).tobytes(),
            "summary": summary,
        },
    )


def save_problem(session: Session, sweep_id: str, symbol: str, problem: Values) -> None:
    """Note why a symbol could not be computed."""
    finish(session, sweep_id, symbol, {"problem": problem})


def finish(session: Session, sweep_id: str, symbol: str, values: Values) -> None:
    """Write once: a symbol that two workers did has the same result twice."""
    session.execute(
        update(SweepSymbol)
        .where(
            SweepSymbol.sweep_id == sweep_id,
            SweepSymbol.symbol == symbol,
            SweepSymbol.finished_at.is_(None),
        )
        .values(**values, finished_at=utc_now())
    )


def cells_of(row: SweepSymbol) -> Cells | None:
    """The columns of a symbol; None while it has none."""
    if row.trades is None:
        return None
    floats = (row.total_return, row.cagr, row.max_drawdown, row.sharpe)
    total_return, cagr, max_drawdown, sharpe = (
        np.frombuffer(column or b"", dtype=FLOATS).astype(np.float64) for column in floats
    )
    return Cells(
        total_return=total_return,
        cagr=cagr,
        max_drawdown=max_drawdown,
        sharpe=sharpe,
        trades=np.frombuffer(row.trades, dtype=WHOLE).astype(np.int64),
    )


def count_symbols(session: Session, sweep_id: str) -> tuple[int, int, int]:
    """How many symbols a sweep has, how many are done, and how many of those failed."""
    total, done, failed = session.execute(
        select(
            func.count(), func.count(SweepSymbol.finished_at), func.count(SweepSymbol.problem)
        ).where(SweepSymbol.sweep_id == sweep_id)
    ).one()
    return total, done, failed


def create_walk_forward(
    session: Session, job: Job, *, symbol: str, parameters: Values, grid: Grid, plan: Values
) -> WalkForward:
    """A walk-forward of the job's owner, without its result."""
    walk = WalkForward(
        id=f"walk-{uuid4().hex}",
        owner_id=job.owner_id,
        job_id=job.id,
        symbol=symbol,
        engine_version=ENGINE_VERSION,
        parameters=parameters,
        grid=asdict(grid),
        plan=plan,
    )
    session.add(walk)
    session.flush()
    return walk


def find_walk_forward(session: Session, walk_id: str, owner_id: int | None) -> WalkForward | None:
    """A walk-forward of this owner; None when they have no such one."""
    return session.scalar(
        select(WalkForward).where(
            WalkForward.id == walk_id, WalkForward.owner_id.is_not_distinct_from(owner_id)
        )
    )


def save_walk_forward(session: Session, walk_id: str, *, result: bytes, data_version: str) -> None:
    """Fill in the result."""
    session.execute(
        update(WalkForward)
        .where(WalkForward.id == walk_id)
        .values(result=zlib.compress(result, 1), data_version=data_version)
    )
