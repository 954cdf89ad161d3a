"""Sweeps and walk-forwards: ordered, followed as a job, then read."""

from collections.abc import Sequence
from typing import Literal, Unpack

from pydantic import TypeAdapter

from barline_client.call import BYTES, Call, get, post, segment
from barline_client.calls.assumptions import Assumptions, Windows
from barline_client.models import Ordered, Sweep, WalkForward

# The fuller shape comes first: what only has `id` and `job` is still being computed.
SWEEP: TypeAdapter[Sweep | Ordered] = TypeAdapter(Sweep | Ordered)
WALK_FORWARD: TypeAdapter[WalkForward | Ordered] = TypeAdapter(WalkForward | Ordered)


def order_sweep(
    symbols: Sequence[str],
    *,
    winbuy: Windows,
    winsell: Windows,
    wait_s: float | None = None,
    **assumptions: Unpack[Assumptions],
) -> Call[Sweep | Ordered]:
    """A grid of windows over symbols; the result when it is there within `wait_s` (at most 30, usually 0)."""
    body = {"symbols": symbols, "winbuy": winbuy, "winsell": winsell, **assumptions}
    return post("orderSweep", "/back_test/sweeps", SWEEP, query={"wait": wait_s}, body=body)


def read_sweep(
    study_id: str, *, symbol: str | None = None, include: str | None = None
) -> Call[Sweep | Ordered]:
    """A sweep, or its job while it is not done."""
    query = {"symbol": symbol, "include": include}
    return get("readSweep", f"/back_test/sweeps/{segment(study_id)}", SWEEP, query)


def sweep_table(study_id: str, *, symbol: str | None = None) -> Call[bytes]:
    """Its cells as CSV, to be downloaded."""
    query = {"symbol": symbol, "format": "csv"}
    return get("readSweep", f"/back_test/sweeps/{segment(study_id)}", BYTES, query)


def order_walk_forward(
    symbol: str,
    *,
    winbuy: Windows,
    winsell: Windows,
    mode: Literal["rolling", "anchored"] | None = None,
    objective: Literal["sharpe", "total_return", "cagr", "max_drawdown"] | None = None,
    in_sample_sessions: int | None = None,
    out_of_sample_sessions: int | None = None,
    wait_s: float | None = None,
    **assumptions: Unpack[Assumptions],
) -> Call[WalkForward | Ordered]:
    """The best windows in sample, and what came of them out of sample."""
    plan = {
        "mode": mode,
        "objective": objective,
        "in_sample_sessions": in_sample_sessions,
        "out_of_sample_sessions": out_of_sample_sessions,
    }
    body = {"symbol": symbol, "winbuy": winbuy, "winsell": winsell, **plan, **assumptions}
    path = "/back_test/walk_forwards"
    return post("orderWalkForward", path, WALK_FORWARD, query={"wait": wait_s}, body=body)


def read_walk_forward(study_id: str) -> Call[WalkForward | Ordered]:
    """A walk-forward, or its job while it is not done."""
    path = f"/back_test/walk_forwards/{segment(study_id)}"
    return get("readWalkForward", path, WALK_FORWARD)
