"""One backtest, one's earlier runs, and looking at a run again."""

from typing import Literal, Unpack

from pydantic import TypeAdapter

from barline_client.call import BYTES, Call, get, post, segment
from barline_client.calls.assumptions import Account, Assumptions
from barline_client.models import (
    Backtest,
    ForecastBacktest,
    LookAheadAudit,
    RunPage,
    Sensitivity,
    Verification,
)

Document = Literal["html", "pdf"]

RUN: TypeAdapter[Backtest] = TypeAdapter(Backtest)
FORECAST_RUN: TypeAdapter[ForecastBacktest] = TypeAdapter(ForecastBacktest)
STORED_RUN: TypeAdapter[Backtest | ForecastBacktest] = TypeAdapter(Backtest | ForecastBacktest)
RUNS: TypeAdapter[RunPage] = TypeAdapter(RunPage)
SENSITIVITY: TypeAdapter[Sensitivity] = TypeAdapter(Sensitivity)
VERIFICATION: TypeAdapter[Verification] = TypeAdapter(Verification)
AUDIT: TypeAdapter[LookAheadAudit] = TypeAdapter(LookAheadAudit)


def run_backtest(
    symbol: str,
    *,
    winbuy: int,
    winsell: int,
    include: str | None = None,
    **assumptions: Unpack[Assumptions],
) -> Call[Backtest]:
    """Buy below the average of `winbuy` sessions, sell above that of `winsell`."""
    query = {"symbol": symbol, "winbuy": winbuy, "winsell": winsell, "include": include}
    return get("runBacktest", "/back_test", RUN, {**query, **assumptions})


def backtest_document(
    symbol: str,
    document: Document,
    *,
    winbuy: int,
    winsell: int,
    **assumptions: Unpack[Assumptions],
) -> Call[bytes]:
    """The same as a report, to be downloaded."""
    query = {"symbol": symbol, "winbuy": winbuy, "winsell": winsell, "format": document}
    return get("runBacktest", "/back_test", BYTES, {**query, **assumptions})


def list_runs(
    *, symbol: str | None = None, page: int | None = None, page_size: int | None = None
) -> Call[RunPage]:
    """One's earlier runs, the newest first."""
    query = {"symbol": symbol, "page": page, "page_size": page_size}
    return get("listRuns", "/back_test/runs", RUNS, query)


def read_run(run_id: str, *, include: str | None = None) -> Call[Backtest | ForecastBacktest]:
    """A run as it was answered when it was made."""
    path = f"/back_test/runs/{segment(run_id)}"
    return get("readRun", path, STORED_RUN, {"include": include})


def run_table(
    run_id: str, table: Literal["csv", "parquet"], *, part: Literal["trades", "equity"] = "trades"
) -> Call[bytes]:
    """A run's trades or equity as a file, to be downloaded."""
    query = {"format": table, "part": part}
    return get("readRun", f"/back_test/runs/{segment(run_id)}", BYTES, query)


def read_sensitivity(run_id: str) -> Call[Sensitivity]:
    """The same strategy under other fills, costs, starts and price bases."""
    path = f"/back_test/runs/{segment(run_id)}/sensitivity"
    return get("readSensitivity", path, SENSITIVITY)


def verify_run(run_id: str) -> Call[Verification]:
    """Make the run again and compare."""
    return post("verifyRun", f"/back_test/runs/{segment(run_id)}/verify", VERIFICATION)


def audit_run(
    run_id: str, *, dates: int | None = None, seed: int | None = None
) -> Call[LookAheadAudit]:
    """Look for a look ahead on some dates."""
    path = f"/back_test/runs/{segment(run_id)}/audit"
    return post("auditRun", path, AUDIT, body={"dates": dates, "seed": seed})


def run_on_forecasts(
    symbol: str,
    *,
    threshold_bps: float | None = None,
    model_version: str | None = None,
    vintages: Literal["any", "live", "hindcast"] | None = None,
    include: str | None = None,
    **account: Unpack[Account],
) -> Call[ForecastBacktest]:
    """A backtest that follows stored forecasts."""
    body = {"symbol": symbol, "threshold_bps": threshold_bps, "model_version": model_version}
    body |= {"vintages": vintages, "include": include}
    return post("runOnForecasts", "/back_test/forecasts", FORECAST_RUN, body={**body, **account})
