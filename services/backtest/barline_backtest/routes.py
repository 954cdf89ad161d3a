"""The HTTP surface of the backtest service."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from barline_backtest.answering import download, sweep_answer, walk_forward_answer
from barline_backtest.forecast_running import run_on_forecasts
from barline_backtest.rechecking import audit_run, sensitivity_card, verify_run
from barline_backtest.run_list import list_own_runs
from barline_backtest.running import read_run, read_table, run_backtest
from barline_backtest.schemas import (
    AuditBody,
    BacktestQuery,
    ForecastRunBody,
    RunsQuery,
    StoredRunQuery,
    SweepBody,
    SweepQuery,
    WalkForwardBody,
)
from barline_backtest.studies import order_sweep, order_walk_forward
from barline_core.db import Database, SessionDep
from barline_core.route_inputs import NoQuery, WaitQuery
from barline_core.service import CallerDep
from barline_core.waiting import wait_for_job

JSON = "application/json"

router = APIRouter()


@router.get("/back_test")
def back_test(
    query: Annotated[BacktestQuery, Query()], session: SessionDep, caller: CallerDep
) -> Response:
    """One backtest, kept for its owner."""
    body = run_backtest(session, query.parameters(), query.parts(), caller)
    return Response(body, media_type=JSON)


@router.post("/back_test/forecasts")
def back_test_forecasts(
    body: ForecastRunBody,
    query: Annotated[NoQuery, Query()],
    session: SessionDep,
    caller: CallerDep,
) -> Response:
    """One backtest on stored forecasts, kept for its owner."""
    return Response(run_on_forecasts(session, body, caller), media_type=JSON)


@router.get("/back_test/runs")
def runs(
    query: Annotated[RunsQuery, Query()], session: SessionDep, caller: CallerDep
) -> dict[str, object]:
    """The caller's own runs, the newest first."""
    return list_own_runs(session, query, caller)


@router.get("/back_test/runs/{run_id}")
def run(
    run_id: str,
    query: Annotated[StoredRunQuery, Query()],
    session: SessionDep,
    caller: CallerDep,
) -> Response:
    """A run as it was answered when it was made, or one of its tables."""
    if query.format == "json":
        return Response(read_run(session, run_id, query.parts(), caller), media_type=JSON)
    body = read_table(session, run_id, query.part, query.format, caller)
    return download(body, f"{run_id}-{query.part}", query.format)


@router.get("/back_test/runs/{run_id}/sensitivity")
def run_sensitivity(
    run_id: str, query: Annotated[NoQuery, Query()], session: SessionDep, caller: CallerDep
) -> Response:
    """The same strategy under other fills, costs, starts and price bases."""
    return Response(sensitivity_card(session, run_id, caller), media_type=JSON)


@router.post("/back_test/runs/{run_id}/verify")
def run_verify(
    run_id: str, query: Annotated[NoQuery, Query()], session: SessionDep, caller: CallerDep
) -> Response:
    """Make the run again, and compare."""
    return Response(verify_run(session, run_id, caller), media_type=JSON)


@router.post("/back_test/runs/{run_id}/audit")
def run_audit(
    run_id: str,
    query: Annotated[NoQuery, Query()],
    session: SessionDep,
    caller: CallerDep,
    body: AuditBody | None = None,
) -> Response:
    """Look for a look ahead."""
    return Response(audit_run(session, run_id, body or AuditBody(), caller), media_type=JSON)


@router.post("/back_test/sweeps")
def make_sweep(
    body: SweepBody, query: Annotated[WaitQuery, Query()], request: Request, caller: CallerDep
) -> Response:
    """Sweep a grid of windows over symbols, as a job; answers when it is done, or after `wait` seconds."""
    database: Database = request.app.state.database
    with database.transaction() as session:
        sweep_id, job = order_sweep(session, body, caller)
    wait_for_job(database, job.id, query.wait)
    return sweep_answer(database, sweep_id, SweepQuery(), caller)


@router.get("/back_test/sweeps/{sweep_id}")
def sweep(
    sweep_id: str, query: Annotated[SweepQuery, Query()], request: Request, caller: CallerDep
) -> Response:
    """A sweep: its job while it is not done, then its result."""
    return sweep_answer(request.app.state.database, sweep_id, query, caller)


@router.post("/back_test/walk_forwards")
def make_walk_forward(
    body: WalkForwardBody, query: Annotated[WaitQuery, Query()], request: Request, caller: CallerDep
) -> Response:
    """Evaluate the choice of windows on what follows, as a job."""
    database: Database = request.app.state.database
    with database.transaction() as session:
        walk_id, job = order_walk_forward(session, body, caller)
    wait_for_job(database, job.id, query.wait)
    return walk_forward_answer(database, walk_id, caller)


@router.get("/back_test/walk_forwards/{walk_id}")
def walk_forward(
    walk_id: str, query: Annotated[NoQuery, Query()], request: Request, caller: CallerDep
) -> Response:
    """A walk-forward: its job while it is not done, then its result."""
    return walk_forward_answer(request.app.state.database, walk_id, caller)
