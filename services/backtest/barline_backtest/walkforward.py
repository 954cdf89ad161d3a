"""Walk-forward evaluation: choose windows on the past, trade them on what follows, and join the pieces."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from barline_backtest.drawdown import DrawdownMetrics, drawdown_series, measure_drawdown
from barline_backtest.engine import NoSessions, buy_and_hold, run
from barline_backtest.grid import Grid
from barline_backtest.metrics import yearly
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray, FloatArray, Prices
from barline_backtest.progress import Report, unreported
from barline_backtest.returns import daily_returns
from barline_backtest.risk import RiskMetrics, measure_risk
from barline_backtest.sweep import Cells, none_if_nan, sweep

Mode = Literal["rolling", "anchored"]
Objective = Literal["sharpe", "total_return", "cagr", "max_drawdown"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Window lengths in sessions; `anchored` keeps the first in-sample session, `rolling` moves it along."""

    mode: Mode
    in_sample_sessions: int
    out_of_sample_sessions: int
    objective: Objective


@dataclass(frozen=True, slots=True)
class Measured:
    """What a stretch returned: fractions, None where undefined."""

    total_return: float
    cagr: float | None
    max_drawdown: float
    sharpe: float | None
    trades: int


@dataclass(frozen=True, slots=True)
class Fold:
    """One step; sessions are indices into the history, `stop`s exclusive. No choice (`winbuy` None) stays in cash."""

    in_sample: tuple[int, int]
    out_of_sample: tuple[int, int]
    winbuy: int | None
    winsell: int | None
    chosen: Measured | None
    result: Measured


@dataclass(frozen=True, slots=True)
class WalkForward:
    """`equity` is stitched over the out-of-sample sessions; each fold invests what the one before left."""

    folds: tuple[Fold, ...]
    date: DateArray
    equity: FloatArray
    holding: FloatArray
    drawdown: FloatArray
    total: Measured
    held: Measured
    risk: RiskMetrics
    fall: DrawdownMetrics
    efficiency_ratio: float | None


def walk_forward(
    prices: Prices,
    parameters: RunParameters,
    grid: Grid,
    plan: Plan,
    *,
    threads: int | None = None,
    report: Report = unreported,
) -> WalkForward:
    """Evaluate the choice of windows by `plan.objective` on data it has not seen.

    Out of sample each fold is a single run from its first session to its last, flat at its start and marked at its
    end; averages reach back before it, as a trader's would. The last fold may be shorter. The efficiency ratio (Pardo)
    is the yearly return of the stitched equity over the mean yearly return of the choices in sample; None unless that
    mean is positive. Raises NoSessions when there is no session left to trade after the first in-sample window.
    """
    history = prices.until(parameters.end)
    first = history.first_session(parameters.start)
    spans = list(fold_spans(first, len(history), plan))
    if not spans:
        raise NoSessions
    folds, pieces, money = [], [], parameters.initial_investment
    for number, (inside, outside) in enumerate(spans):
        fold, equity = take_step(
            history,
            replace(parameters, initial_investment=money),
            grid,
            plan,
            inside=inside,
            outside=outside,
            threads=threads,
        )
        folds.append(fold)
        pieces.append(equity)
        money = float(equity[-1])
        report((number + 1) / len(spans), f"{number + 1} of {len(spans)} windows.")
    traded = between(parameters, history, spans[0][1][0], len(history))
    holding = buy_and_hold(history, traded)
    return stitch(tuple(folds), holding.date, np.concatenate(pieces), holding.equity, parameters)


def fold_spans(
    first: int, end: int, plan: Plan
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """In-sample and out-of-sample stretches: every session after the first in-sample window is traded once."""
    split = first + plan.in_sample_sessions
    while split < end:
        start = first if plan.mode == "anchored" else split - plan.in_sample_sessions
        yield (start, split), (split, min(split + plan.out_of_sample_sessions, end))
        split += plan.out_of_sample_sessions


def take_step(
    history: Prices,
    parameters: RunParameters,
    grid: Grid,
    plan: Plan,
    *,
    inside: tuple[int, int],
    outside: tuple[int, int],
    threads: int | None,
) -> tuple[Fold, FloatArray]:
    """Choose in sample, trade out of sample with the initial investment of `parameters`; gives the equity too."""
    money = parameters.initial_investment
    sample = between(parameters, history, *inside)
    cells = sweep(history, sample, grid, threads=threads)
    best = best_by(cells, plan.objective)
    if best is None:
        idle = np.full(outside[1] - outside[0], money)
        dates = history.date[outside[0] : outside[1]]
        return Fold(inside, outside, None, None, None, measure(idle, money, dates, 0, 0.0)), idle
    winbuy, winsell = grid.cell(best)
    chosen = Measured(
        total_return=float(cells.total_return[best]),
        cagr=none_if_nan(cells.cagr[best]),
        max_drawdown=float(cells.max_drawdown[best]),
        sharpe=none_if_nan(cells.sharpe[best]),
        trades=int(cells.trades[best]),
    )
    asked = replace(
        between(parameters, history, *outside),
        winbuy=winbuy,
        winsell=winsell,
    )
    traded = run(history, asked)
    result = measure(traded.equity, money, traded.date, len(traded.trades), parameters.risk_free)
    return Fold(inside, outside, winbuy, winsell, chosen, result), traded.equity


def between(parameters: RunParameters, history: Prices, start: int, stop: int) -> RunParameters:
    """The same choices over the sessions from `start` up to but not including `stop`."""
    return replace(parameters, start=history.date[start].item(), end=history.date[stop - 1].item())


def best_by(cells: Cells, objective: Objective) -> int | None:
    """The first cell with the largest value (drawdowns are negative), among those that traded."""
    columns = {
        "sharpe": cells.sharpe,
        "total_return": cells.total_return,
        "cagr": cells.cagr,
        "max_drawdown": cells.max_drawdown,
    }
    values = np.where(cells.trades > 0, columns[objective], np.nan)
    return None if np.all(np.isnan(values)) else int(np.nanargmax(values))


def measure(
    equity: FloatArray, initial: float, dates: DateArray, trades: int, risk_free: float
) -> Measured:
    """The five numbers of a sweep cell, of an equity curve."""
    growth = float(equity[-1]) / initial
    days = int((dates[-1] - dates[0]) / np.timedelta64(1, "D"))
    return Measured(
        total_return=growth - 1.0,
        cagr=yearly(growth, days),
        max_drawdown=float(np.min(drawdown_series(equity, initial))),
        sharpe=measure_risk(daily_returns(equity, initial), risk_free).sharpe,
        trades=trades,
    )


def stitch(
    folds: tuple[Fold, ...],
    dates: DateArray,
    equity: FloatArray,
    holding: FloatArray,
    parameters: RunParameters,
) -> WalkForward:
    """The joined result beside buying at the first out-of-sample session and holding."""
    initial, rate = parameters.initial_investment, parameters.risk_free
    trades = sum(fold.result.trades for fold in folds)
    total = measure(equity, initial, dates, trades, rate)
    drawdown = drawdown_series(equity, initial)
    return WalkForward(
        folds=folds,
        date=dates,
        equity=equity,
        holding=holding,
        drawdown=drawdown,
        total=total,
        held=measure(holding, initial, dates, 1, rate),
        risk=measure_risk(daily_returns(equity, initial), rate),
        fall=measure_drawdown(drawdown, dates),
        efficiency_ratio=efficiency(folds, total),
    )


def efficiency(folds: tuple[Fold, ...], total: Measured) -> float | None:
    """Yearly return out of sample over the mean yearly return in sample."""
    promised = [f.chosen.cagr for f in folds if f.chosen is not None and f.chosen.cagr is not None]
    if not promised or total.cagr is None:
        return None
    mean = float(np.mean(promised))
    return total.cagr / mean if mean > 0.0 else None
