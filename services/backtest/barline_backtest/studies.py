"""Sweeps and walk-forwards between HTTP and the queue: asked for, waited for, read."""

import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

import orjson
from sqlalchemy.orm import Session

from barline_backtest import jobs
from barline_backtest.certificate import parameter_values
from barline_backtest.errors import UnknownSweep, UnknownWalkForward
from barline_backtest.exports import cells_csv
from barline_backtest.parameters import RunParameters
from barline_backtest.schemas import SweepBody, SweepQuery, WalkForwardBody
from barline_backtest.store import sweeps
from barline_backtest.store.trials import grid_of
from barline_backtest.strict_json import JsonValue, encode
from barline_backtest.sweep_document import SweptSymbol, sweep_document
from barline_core.jobs import create_job, job_document
from barline_core.models import Job, Sweep, SweepSymbol, WalkForward
from barline_core.problems import NotFound, unknown_symbols
from barline_core.tokens import Caller

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.01, 0.2

Values = Mapping[str, JsonValue]


def order_sweep(session: Session, body: SweepBody, caller: Caller) -> tuple[str, Job]:
    """Put a sweep on the queue; gives its id and its job. Raises UnknownSymbol."""
    unknown = sweeps.unknown_symbols(session, body.symbols)
    if unknown:
        raise unknown_symbols(unknown)
    job = create_job(
        session, service=jobs.SERVICE, kind=jobs.SWEEP, owner_id=caller.user_id, parameters={}
    )
    parameters = without(kept(body, body.symbols[0]), "symbol", "winbuy", "winsell")
    sweep = sweeps.create_sweep(
        session, job, symbols=body.symbols, parameters=parameters, grid=body.grid()
    )
    job.parameters = {"sweep_id": sweep.id, "symbols": len(body.symbols)}
    jobs.queue_sweep_tasks(session, job.id, sweep.id, body.symbols)
    return sweep.id, job


def order_walk_forward(session: Session, body: WalkForwardBody, caller: Caller) -> tuple[str, Job]:
    """Put a walk-forward on the queue; gives its id and its job. Raises UnknownSymbol."""
    unknown = sweeps.unknown_symbols(session, [body.symbol])
    if unknown:
        raise unknown_symbols(unknown)
    job = create_job(
        session,
        service=jobs.SERVICE,
        kind=jobs.WALK_FORWARD,
        owner_id=caller.user_id,
        parameters={},
    )
    walk = sweeps.create_walk_forward(
        session,
        job,
        symbol=body.symbol,
        parameters=without(kept(body, body.symbol), "winbuy", "winsell"),
        grid=body.grid(),
        plan=asdict(body.plan()),
    )
    job.parameters = {"walk_forward_id": walk.id}
    jobs.queue_walk_forward_task(session, job.id, walk.id)
    return walk.id, job


def kept(body: SweepBody | WalkForwardBody, symbol: str) -> dict[str, object]:
    """The choices as they are stored."""
    winbuy, winsell = body.grid().cell(0)
    parameters: RunParameters = body.shared_parameters(symbol, winbuy, winsell)
    return dict(parameter_values(parameters))


def without(values: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in values.items() if name not in names}


def pending(study_id: str, job: Job) -> bytes:
    """What is said of a study that is not done: its id and its job."""
    return orjson.dumps({"id": study_id, "job": job_document(job)})


def own_sweep(session: Session, sweep_id: str, caller: Caller) -> Sweep:
    """A sweep of the caller. Raises UnknownSweep, also for the sweep of somebody else."""
    sweep = sweeps.find_sweep(session, sweep_id, caller.user_id)
    if sweep is None:
        raise UnknownSweep(sweep_id)
    return sweep


def own_walk_forward(session: Session, walk_id: str, caller: Caller) -> WalkForward:
    """A walk-forward of the caller. Raises UnknownWalkForward, also for that of somebody else."""
    walk = sweeps.find_walk_forward(session, walk_id, caller.user_id)
    if walk is None:
        raise UnknownWalkForward(walk_id)
    return walk


def sweep_body(session: Session, sweep: Sweep, query: SweepQuery) -> bytes:
    """A finished sweep as JSON or CSV. Raises NotFound for a symbol that is not in it."""
    rows = sweeps.sweep_rows(session, sweep.id, query.symbol)
    if not rows:
        raise NotFound(f"The sweep {sweep.id} has no symbol {query.symbol}.")
    symbols, grid = [swept_symbol(row) for row in rows], grid_of(sweep.grid)
    if query.format == "csv":
        return cells_csv(symbols, grid)
    job = session.get_one(Job, sweep.job_id)
    head: Values = {
        "id": sweep.id,
        "job": cast("Values", job_document(job)),
        "created_at": sweep.created_at.isoformat().replace("+00:00", "Z"),
        "engine_version": sweep.engine_version,
        "parameters": cast("Values", sweep.parameters),
        "grid": cast("Values", sweep.grid),
    }
    return encode(sweep_document(head, grid, symbols, query.parts()))


def swept_symbol(row: SweepSymbol) -> SweptSymbol:
    return SweptSymbol(
        symbol=row.symbol,
        summary=cast("Values | None", row.summary),
        problem=cast("Values | None", row.problem),
        cells=sweeps.cells_of(row),
    )


def walk_forward_body(session: Session, walk: WalkForward) -> bytes:
    """A finished walk-forward as JSON."""
    job = session.get_one(Job, walk.job_id)
    result = {} if walk.result is None else orjson.loads(zlib.decompress(walk.result))
    head = {
        "id": walk.id,
        "job": job_document(job),
        "created_at": walk.created_at.isoformat().replace("+00:00", "Z"),
        "symbol": walk.symbol,
        "engine_version": walk.engine_version,
        "data_version": walk.data_version,
        "parameters": walk.parameters,
        "grid": walk.grid,
        "plan": walk.plan,
    }
    return orjson.dumps(head | result)
