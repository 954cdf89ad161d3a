"""Walk-forward evaluation is a loop of single runs: choose on the past, trade what follows."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from barline_backtest.engine import NoSessions, buy_and_hold, run
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.metrics import summarise
from barline_backtest.walkforward import Mode, Objective, Plan, fold_spans, walk_forward

from .cases import Case, asked, prices_of
from .slow_loop import Choices, tell

GRID = Grid(WindowRange(5, 45, 10), WindowRange(10, 90, 20))


def slow_choice(case: Case, start: int, stop: int, objective: str) -> tuple[int, int]:
    """The best pair of windows over some sessions, by single runs alone."""
    best, chosen = -np.inf, (0, 0)
    for index in range(len(GRID)):
        winbuy, winsell = GRID.cell(index)
        choices = replace(
            case.choices,
            winbuy=winbuy,
            winsell=winsell,
            start=case.days[start],
            end=case.days[stop - 1],
        )
        made = run(case.prices, asked(choices))
        metrics = summarise(made, made, risk_free=choices.risk_free)
        value = metrics.risk.sharpe if objective == "sharpe" else metrics.growth.total_return
        if len(made.trades) and value is not None and value > best + 1e-9:
            best, chosen = value, (winbuy, winsell)
    return chosen


@pytest.mark.parametrize("mode", ["rolling", "anchored"])
@pytest.mark.parametrize("objective", ["sharpe", "total_return"])
def test_walk_forward_is_a_loop_of_single_runs(
    msft: Case, mode: Mode, objective: Objective
) -> None:
    plan = Plan(mode, 400, 150, objective)
    count = 1_100
    choices = replace(msft.choices, slippage_bps=5.0, risk_free=0.01)
    case = Case(msft.days[:count], msft.opens[:count], msft.closes[:count], choices)
    result = walk_forward(case.prices, asked(choices), GRID, plan)
    money, equity, at, folds = choices.initial, [], 400, iter(result.folds)
    while at < count:
        stop, begin = min(at + 150, count), 0 if mode == "anchored" else at - 400
        winbuy, winsell = slow_choice(case, begin, at, objective)
        fold = next(folds)
        assert (fold.winbuy, fold.winsell) == (winbuy, winsell)
        assert (fold.in_sample, fold.out_of_sample) == ((begin, at), (at, stop))
        piece = replace(
            choices,
            winbuy=winbuy,
            winsell=winsell,
            start=case.days[at],
            end=case.days[stop - 1],
            initial=money,
        )
        story = tell(case.days, case.opens, case.closes, piece)
        equity += story.equity
        money, at = story.equity[-1], stop
    assert next(folds, None) is None
    assert result.equity == pytest.approx(equity, rel=1e-9)
    assert result.date.tolist() == case.days[400:]
    assert result.total.total_return == pytest.approx(money / choices.initial - 1, rel=1e-9)


def test_the_benchmark_holds_from_the_first_traded_session(msft: Case) -> None:
    result = walk_forward(
        msft.prices, asked(msft.choices), GRID, Plan("rolling", 756, 252, "sharpe")
    )
    held = buy_and_hold(msft.prices, replace(asked(msft.choices), start=msft.days[756]))
    assert np.array_equal(result.holding, held.equity)
    assert result.date[0].item() == msft.days[756]


def test_the_choice_does_not_know_what_follows(msft: Case) -> None:
    plan = Plan("rolling", 500, 100, "sharpe")
    one = walk_forward(msft.prices, asked(msft.choices), GRID, plan)
    closes = list(msft.closes)
    closes[1_000:] = [close * 1.5 for close in closes[1_000:]]
    other = walk_forward(prices_of(closes, msft.opens, msft.days), asked(msft.choices), GRID, plan)
    known = [fold for fold in one.folds if fold.out_of_sample[1] <= 1_000]
    assert list(other.folds[: len(known)]) == known
    assert other.folds[len(known)].winbuy == one.folds[len(known)].winbuy  # chosen before 1,000


def test_efficiency_is_the_yearly_return_kept_out_of_sample() -> None:
    waves = prices_of([100 + 10 * math.sin(i / 8) + i / 20 for i in range(1_000)])
    parameters = asked(Choices(winbuy=2, winsell=2))
    result = walk_forward(waves, parameters, GRID, Plan("anchored", 300, 150, "cagr"))
    promised = [fold.chosen.cagr for fold in result.folds if fold.chosen is not None]
    assert np.mean(promised) > 0
    assert result.total.cagr is not None
    assert result.efficiency_ratio == pytest.approx(result.total.cagr / np.mean(promised))


def test_every_session_after_the_first_window_is_traded_once() -> None:
    for mode in ("rolling", "anchored"):
        spans = list(fold_spans(7, 100, Plan(mode, 20, 9, "sharpe")))
        traded = [i for _, (start, stop) in spans for i in range(start, stop)]
        assert traded == list(range(27, 100))
        assert all(inside[1] == outside[0] for inside, outside in spans)
        starts = {inside[0] for inside, _ in spans}
        assert starts == {7} if mode == "anchored" else len(starts) == len(spans)


def test_a_history_without_trades_stays_in_cash() -> None:
    parameters = asked(Choices(winbuy=2, winsell=2))
    result = walk_forward(
        prices_of([50.0] * 300), parameters, GRID, Plan("rolling", 100, 50, "sharpe")
    )
    assert {fold.winbuy for fold in result.folds} == {None}
    assert result.total.total_return == 0.0
    assert result.efficiency_ratio is None
    assert result.total.sharpe is None


def test_nothing_left_to_trade_is_refused(msft: Case) -> None:
    parameters = replace(asked(msft.choices), end=msft.days[100] + timedelta(days=1))
    with pytest.raises(NoSessions):
        walk_forward(msft.prices, parameters, GRID, Plan("rolling", 500, 100, "sharpe"))
