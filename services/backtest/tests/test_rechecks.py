"""The audit finds a look ahead where there is one, and the sensitivity card is 96 single runs."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from barline_backtest.audit import audit
from barline_backtest.engine import Run, run
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.metrics import summarise
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices
from barline_backtest.sensitivity import months_later, vary
from barline_backtest.trials import Tried, count_prior_trials, setting_of_run

from .cases import Case, asked, cases, prices_of
from .slow_loop import Choices


@settings(max_examples=60, deadline=None)
@given(case=cases(max_sessions=60))
def test_the_engine_never_looks_ahead(case: Case) -> None:
    report = audit(case.prices, asked(case.choices), dates=5, seed=3)
    assert report.passed, report


def test_the_audit_looks_at_as_many_dates_as_asked(msft: Case) -> None:
    report = audit(msft.prices, asked(msft.choices), dates=20, seed=1)
    assert len(report.dates) == len({one.cut for one in report.dates}) == 20
    assert report == audit(msft.prices, asked(msft.choices), dates=20, seed=1)
    other = audit(msft.prices, asked(msft.choices), dates=20, seed=2)
    assert [one.cut for one in other.dates] != [one.cut for one in report.dates]


def cheating(prices: Prices, parameters: RunParameters) -> Run:
    """Decides by tomorrow's close."""
    tomorrow = Prices(prices.date, prices.open, np.append(prices.close[1:], prices.close[-1]))
    return run(tomorrow, parameters)


def test_a_strategy_that_knows_tomorrow_is_caught(msft: Case) -> None:
    report = audit(msft.prices, asked(msft.choices), dates=20, seed=1, strategy=cheating)
    assert not report.passed
    moved = {name for one in report.dates for name in one.moved_when_perturbed}
    assert "equity" in moved
    assert any(one.moved_when_truncated for one in report.dates)


def test_a_single_session_has_no_future_to_audit() -> None:
    report = audit(prices_of([10.0]), asked(Choices(winbuy=2, winsell=2)), dates=5, seed=1)
    assert report.passed
    assert report.dates == ()


def test_the_sensitivity_card_is_ninety_six_single_runs(msft: Case) -> None:
    parameters = asked(msft.choices)
    halved = Prices(msft.prices.date, msft.prices.open / 2, msft.prices.close / 2)
    card = vary({"split": halved, "total_return": msft.prices}, parameters, msft.days[0])
    assert len(card.variations) == 3 * 4 * 4 * 2
    assert len({replace(one, result=None) for one in card.variations}) == 96
    for one in card.variations[::7]:
        alone = replace(parameters, fill=one.fill, slippage_bps=one.slippage_bps, start=one.start)
        made = run(msft.prices, alone)  # halved prices make the same returns
        metrics = summarise(made, made, risk_free=0.0)
        assert one.result is not None
        assert one.result.total_return == pytest.approx(metrics.growth.total_return, rel=1e-9)
        assert one.result.sharpe == pytest.approx(metrics.risk.sharpe, rel=1e-9)
        assert one.result.max_drawdown == pytest.approx(metrics.drawdown.max_drawdown, rel=1e-9)
    spread = card.ranges["total_return"]
    values = [one.result.total_return for one in card.variations if one.result]
    assert spread is not None
    assert (spread.lowest, spread.highest) == (min(values), max(values))


def test_a_start_shifted_past_the_end_has_no_result_and_a_finding() -> None:
    prices = prices_of([100.0 + i % 7 for i in range(80)])
    parameters = asked(Choices(winbuy=3, winsell=3))
    card = vary({"split": prices, "total_return": prices}, parameters, date(2020, 1, 1))
    assert sum(one.result is None for one in card.variations) == 48  # three and six months later
    assert "start-after-end" in {finding.id for finding in card.findings}


def test_months_are_calendar_months() -> None:
    assert months_later(date(2020, 1, 31), 1) == date(2020, 2, 29)
    assert months_later(date(2019, 8, 31), 6) == date(2020, 2, 29)
    assert months_later(date(2019, 12, 15), 0) == date(2019, 12, 15)


def grid(buys: tuple[int, int, int], sells: tuple[int, int, int]) -> Grid:
    return Grid(WindowRange(*buys), WindowRange(*sells))


def test_prior_trials_are_distinct_and_do_not_count_the_sweep_itself() -> None:
    base = setting_of_run(asked(Choices(winbuy=2, winsell=2)))
    costly = setting_of_run(asked(Choices(winbuy=2, winsell=2, commission_bps=5.0)))
    now = Tried(base, grid((2, 6, 1), (2, 6, 1)))  # 16 cells
    one = Tried(base, grid((2, 10, 1), (2, 6, 1)))  # 32, of which 16 are the sweep's own
    again = Tried(base, grid((4, 8, 2), (3, 5, 1)))  # all within `one`
    elsewhere = Tried(costly, grid((2, 6, 1), (2, 6, 1)))  # 16 of another strategy
    assert count_prior_trials([], now) == 0
    assert count_prior_trials([now], now) == 0
    assert count_prior_trials([one], now) == 16
    assert count_prior_trials([one, again, one], now) == 16
    assert count_prior_trials([one, elsewhere], now) == 32
