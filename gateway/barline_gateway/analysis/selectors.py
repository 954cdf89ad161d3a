"""What a stored result or a list of them depends on, read without reading the result."""

from collections.abc import Mapping

from barline_gateway.statements import first_row

RUNS_STATE = "SELECT count(*), max(created_at) FROM market.backtest_run WHERE owner_id = %s"
RUN_DIGEST = "SELECT digest FROM market.backtest_run WHERE owner_id = %s AND id = %s"


def runs_facts(owner_id: int) -> Mapping[str, object]:
    """How one's list of runs stands: runs are added, and never changed."""
    row = first_row(RUNS_STATE, owner_id)
    assert row is not None  # noqa: S101 - an aggregate always has one
    return {"owner": owner_id, "count": row[0], "newest": row[1]}


def run_facts(owner_id: int, run_id: str) -> Mapping[str, object] | None:
    """A run is what it was when it was made; nothing when the owner has no such run."""
    row = first_row(RUN_DIGEST, owner_id, run_id)
    return None if row is None else {"run": run_id, "digest": row[0]}
