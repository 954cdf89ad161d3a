"""Grids of windows over one or many symbols."""

import datetime as dt

from barline_client.models.data import Finding, StoredProblem
from barline_client.models.jobs import Job
from barline_client.models.record import Record
from barline_client.models.runs import Choices


class WindowRange(Record):
    start: int
    stop: int
    step: int


class Windows(Record):
    winbuy: WindowRange
    winsell: WindowRange


class Cell(Record):
    symbol: str
    winbuy: int
    winsell: int
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int | None


class Timing(Record):
    cells_s: float | None
    statistics_s: float | None


class Neighbourhood(Record):
    edges: tuple[str, ...]
    shape: str
    neighbours: int
    neighbours_median_sharpe: float | None


class RealityCheck(Record):
    p: float | None
    lead: float | None
    seed: int
    resamples: int
    mean_block_sessions: float


class SweepStatistics(Record):
    sharpes: int
    best_skew: float | None
    sharpe_mean: float | None
    best_kurtosis: float | None
    neighbourhood: Neighbourhood | None
    reality_check: RealityCheck | None
    sharpe_variance: float | None
    expected_maximum_sharpe: float | None


class SweptBars(Record):
    first_date: dt.date
    last_date: dt.date
    sessions: int
    data_version: str


class Hold(Record):
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int | None = None


class SweptSymbol(Record):
    symbol: str
    problem: StoredProblem | None
    best: Cell | None = None
    data: SweptBars | None = None
    cells: int | None = None
    digest: str | None = None
    timing: Timing | None = None
    trials: int | None = None
    findings: tuple[Finding, ...] | None = None
    statistics: SweepStatistics | None = None
    buy_and_hold: Hold | None = None
    prior_trials: int | None = None
    deflated_sharpe: float | None = None
    reality_check_p: float | None = None
    probability_of_overfitting: float | None = None


class Heatmap(Record):
    winbuy: tuple[int, ...]
    winsell: tuple[int, ...]
    total_return: tuple[tuple[float | None, ...], ...]
    cagr: tuple[tuple[float | None, ...], ...]
    max_drawdown: tuple[tuple[float | None, ...], ...]
    sharpe: tuple[tuple[float | None, ...], ...]
    trades: tuple[tuple[int | None, ...], ...]


class Sweep(Record):
    id: str
    job: Job
    created_at: dt.datetime
    engine_version: str
    parameters: Choices
    grid: Windows
    timing: Timing
    best: Cell | None
    trials: int
    prior_trials: int
    deflated_sharpe: float | None
    probability_of_overfitting: float | None
    reality_check_p: float | None
    findings: tuple[Finding, ...]
    symbols: tuple[SweptSymbol, ...]
    cells: tuple[Cell, ...] | None = None
    heatmap: dict[str, Heatmap] | None = None
