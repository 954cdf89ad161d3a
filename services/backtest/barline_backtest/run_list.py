"""The caller's own runs, a page at a time."""

from urllib.parse import urlencode

from sqlalchemy.orm import Session

from barline_backtest.schemas import RunsQuery
from barline_backtest.store.runs import list_runs
from barline_core.models import BacktestRun
from barline_core.tokens import Caller

PATH = "/back_test/runs"
HEADLINES = ("total_return", "cagr", "max_drawdown", "sharpe", "trades")


def list_own_runs(session: Session, query: RunsQuery, caller: Caller) -> dict[str, object]:
    """One page in the shape of every list, with links to the pages beside it."""
    offset = (query.page - 1) * query.page_size
    count, runs = list_runs(
        session, caller.user_id, query.symbol, offset=offset, limit=query.page_size
    )
    return {
        "count": count,
        "next": link(query, query.page + 1) if offset + query.page_size < count else None,
        "previous": link(query, query.page - 1) if query.page > 1 else None,
        "results": [row(run) for run in runs],
    }


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


def link(query: RunsQuery, page: int) -> str:
    """The address of another page of the same list."""
    chosen = query.model_dump(exclude_none=True) | {"page": page}
    return f"{PATH}?{urlencode(chosen)}"
