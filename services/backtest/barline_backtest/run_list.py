"""The caller's own runs, a page at a time."""

from sqlalchemy.orm import Session

from barline_backtest.schemas import RunsQuery
from barline_backtest.store.runs import list_runs
from barline_core.models import BacktestRun
from barline_core.paging import page_document
from barline_core.tokens import Caller

PATH = "/back_test/runs"
HEADLINES = ("total_return", "cagr", "max_drawdown", "sharpe", "trades")


def list_own_runs(session: Session, query: RunsQuery, caller: Caller) -> dict[str, object]:
    """One page of them, the newest first."""
    count, runs = list_runs(
        session, caller.user_id, query.symbol, offset=query.offset, limit=query.page_size
    )
    return page_document(PATH, query, count=count, results=[row(run) for run in runs])


def row(run: BacktestRun) -> dict[str, object]:
    """What tells one run from another; the rest is at its own address."""
    return {
        "run_id": run.id,
        "digest": run.digest,
        "symbol": run.symbol,
        "created_at": run.created_at.isoformat().replace("+00:00", "Z"),
        "engine_version": run.engine_version,
        "data_version": run.data_version,
        "parameters": run.parameters,
        "metrics": {name: run.metrics[name] for name in HEADLINES},
    }
