"""A sweep of one symbol, complete: its cells, the statistics that doubt the best of them, and findings in words."""

import hashlib
import time
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from barline_backtest.backtest import Backtest, perform
from barline_backtest.block_returns import Blocks, block_edges, sum_blocks
from barline_backtest.data_findings import DataFaults
from barline_backtest.finding import Finding
from barline_backtest.grid import Grid
from barline_backtest.neighbourhood import Neighbourhood, look_around
from barline_backtest.overfitting import (
    BLOCKS,
    deflated_sharpe,
    expected_maximum_sharpe,
    probability_of_overfitting,
)
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import FloatArray, Prices
from barline_backtest.progress import Report, unreported
from barline_backtest.reality_check import RealityCheck, check_reality
from barline_backtest.returns import SESSIONS_A_YEAR, daily_returns, per_session
from barline_backtest.sweep import Cells, SweepTables, compute_cells, prepare
from barline_backtest.sweep_findings import find_sweep_doubts


@dataclass(frozen=True, slots=True)
class Statistics:
    """Per-session Sharpe numbers; None where undefined. `trials` = cells + prior trials."""

    trials: int
    prior_trials: int
    sharpes: int  # cells that have one; with their mean and variance
    sharpe_mean: float | None
    sharpe_variance: float | None
    expected_maximum_sharpe: float | None
    deflated_sharpe: float | None
    probability_of_overfitting: float | None
    reality_check: RealityCheck | None
    neighbourhood: Neighbourhood | None


@dataclass(frozen=True, slots=True)
class SymbolSweep:
    """`best` is the cell with the highest Sharpe ratio, None when no cell has one; `best_run` the run it stands for."""

    grid: Grid
    cells: Cells
    best: int | None
    best_run: Backtest
    statistics: Statistics
    findings: tuple[Finding, ...]
    cells_s: float
    statistics_s: float

    @property
    def digest(self) -> str:
        """SHA-256 of every number of every cell: equal digests mean equal sweeps to the last bit."""
        digest = hashlib.sha256()
        for column in columns_of(self.cells):
            digest.update(column.astype("<f8").tobytes())
        return digest.hexdigest()


def columns_of(cells: Cells) -> tuple[FloatArray, ...]:
    return (
        cells.total_return,
        cells.cagr,
        cells.max_drawdown,
        cells.sharpe,
        cells.trades.astype(np.float64),
    )


def sweep_symbol(
    prices: Prices,
    parameters: RunParameters,
    grid: Grid,
    *,
    data_version: str,
    faults: DataFaults,
    prior_trials: int,
    threads: int | None = None,
    report: Report = unreported,
) -> SymbolSweep:
    """Every cell and every statistic. Raises NoSessions when there is no session between start and end."""
    started = time.perf_counter()
    tables = prepare(prices, parameters, grid, threads=threads)
    cells = compute_cells(tables, threads=threads)
    computed = time.perf_counter()
    report(0.3, "Asking how much of the best result is luck.")
    best = best_cell(cells)
    winbuy, winsell = grid.cell(best or 0)
    best_run = perform(
        prices,
        replace(parameters, winbuy=winbuy, winsell=winsell),
        data_version=data_version,
        faults=faults,
    )
    statistics = judge(
        tables,
        cells,
        best,
        best_run,
        prior_trials=prior_trials,
        threads=threads,
        report=report,
    )
    findings = tuple(
        find_sweep_doubts(best_run, statistics, parameters, cells=len(cells), best=best)
    )
    return SymbolSweep(
        grid=grid,
        cells=cells,
        best=best,
        best_run=best_run,
        statistics=statistics,
        findings=findings,
        cells_s=computed - started,
        statistics_s=time.perf_counter() - computed,
    )


def best_cell(cells: Cells) -> int | None:
    """The first cell with the highest Sharpe ratio; None when no cell has one."""
    if np.all(np.isnan(cells.sharpe)):
        return None
    return int(np.nanargmax(cells.sharpe))


def judge(
    tables: SweepTables,
    cells: Cells,
    best: int | None,
    best_run: Backtest,
    *,
    prior_trials: int,
    threads: int | None,
    report: Report,
) -> Statistics:
    """All statistics; those of block returns and resamples are of fractional shares, which judge the rule itself."""
    trials = len(cells) + prior_trials
    defined = cells.sharpe[~np.isnan(cells.sharpe)] / np.sqrt(SESSIONS_A_YEAR)
    variance = variance_of_sharpes(defined, trials)
    deflated = None
    if best is not None and variance is not None:
        risk = best_run.metrics.risk
        sharpe = float(cells.sharpe[best]) / np.sqrt(SESSIONS_A_YEAR)
        deflated = deflated_sharpe(
            float(sharpe),
            tables.sessions,
            risk.skew,
            risk.kurtosis,
            trials=trials,
            variance=variance,
        )
    overfitting, reality = None, None
    if best is not None:
        edges = block_edges(tables.sessions, BLOCKS)
        lengths = [stop - start for start, stop in pairwise(edges)]
        blocks = sum_blocks(tables, BLOCKS, threads=threads)
        report(0.4, "Asking how much of the best result is luck.")
        rate = per_session(tables.parameters.risk_free)
        overfitting = probability_of_overfitting(blocks, lengths, rate)
        report(0.6, "Asking whether buying and holding would have done.")
        reality = reality_of(tables, blocks, best_run, threads)
    return Statistics(
        trials=trials,
        prior_trials=prior_trials,
        sharpes=int(defined.size),
        sharpe_mean=float(np.mean(defined)) if defined.size else None,
        sharpe_variance=variance,
        expected_maximum_sharpe=(
            None if variance is None else expected_maximum_sharpe(trials, variance)
        ),
        deflated_sharpe=deflated,
        probability_of_overfitting=overfitting,
        reality_check=reality,
        neighbourhood=None if best is None else look_around(cells.sharpe, tables.grid, best),
    )


def variance_of_sharpes(defined: FloatArray, trials: int) -> float | None:
    """Sample variance of the Sharpe ratios that are defined, per session; 0 of a single trial."""
    if trials == 1:
        return 0.0
    return float(np.var(defined, ddof=1)) if defined.size > 1 else None


def reality_of(
    tables: SweepTables, blocks: Blocks, best_run: Backtest, threads: int | None
) -> RealityCheck | None:
    """The reality check against buying and holding over the same sessions; None of a single session."""
    if tables.sessions < 2:
        return None
    benchmark = best_run.benchmark
    returns = daily_returns(benchmark.equity, benchmark.initial_investment)
    means = blocks[0].sum(axis=0) / tables.sessions
    if not np.all(np.isfinite(means)):
        return None
    return check_reality(tables, means, returns, threads=threads)
