"""The HTTP surface of the backtest service."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from barline_backtest.run_list import list_own_runs
from barline_backtest.running import read_run, run_backtest
from barline_backtest.schemas import BacktestQuery, RunsQuery, StoredRunQuery
from barline_core.db import SessionDep
from barline_core.service import CallerDep

JSON = "application/json"

router = APIRouter()


@router.get("/back_test")
def back_test(
    query: Annotated[BacktestQuery, Query()], session: SessionDep, caller: CallerDep
) -> Response:
    """One backtest, kept for its owner."""
    body = run_backtest(session, query.parameters(), query.parts(), caller)
    return Response(body, media_type=JSON)


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
    """A run as it was answered when it was made."""
    return Response(read_run(session, run_id, query.parts(), caller), media_type=JSON)
