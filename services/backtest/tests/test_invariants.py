"""What must hold of every run, whatever the bars."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from barline_backtest.backtest import perform
from barline_backtest.engine import Run, run
from barline_backtest.metrics import by_name
from barline_backtest.prices import Prices
from barline_backtest.result_findings import MEANINGFUL_NULLS

from .cases import NO_FAULTS, Case, asked, cases

HUNDREDS = settings(max_examples=200, deadline=None)


def perturbed(prices: Prices, after: int, factor: float) -> Prices:
    """The same bars up to session `after`, and others from then on."""
    later = np.arange(len(prices)) > after
    scale = np.where(later, factor * (1.0 + (np.arange(len(prices)) % 3)), 1.0)
    return Prices(prices.date, prices.open * scale, prices.close * scale)


def booked_until(result: Run, session: int) -> list[tuple[float, ...]]:
    """Every fill up to a session, with its signal, price and size."""
    trades = result.trades
    entries = zip(trades.entry_signal, trades.entry, trades.entry_fill, trades.shares, strict=True)
    exits = zip(trades.exit_signal, trades.exit, trades.exit_fill, strict=True)
    return [row for row in (*entries, *exits) if 0 <= row[1] <= session]


@HUNDREDS
@given(case=cases(), place=st.floats(0, 1), factor=st.sampled_from([0.2, 0.9, 1.1, 7.0]))
def test_the_future_changes_nothing_before_it(case: Case, place: float, factor: float) -> None:
    parameters = replace(asked(case.choices), end=None)
    before = run(case.prices, parameters)
    cut = before.first + int(place * (before.date.size - 1))
    after = run(perturbed(case.prices, cut, factor), parameters)
    seen = cut - before.first + 1
    assert after.equity[:seen].tolist() == before.equity[:seen].tolist()
    assert booked_until(after, cut) == booked_until(before, cut)
    truncated = run(case.prices, replace(parameters, end=case.days[cut]))
    assert truncated.equity.tolist() == before.equity[:seen].tolist()


@HUNDREDS
@given(case=cases())
def test_costs_only_lower_equity(case: Case) -> None:
    # Whole shares are left out: who can afford fewer of them loses less when they fall.
    parameters = replace(asked(case.choices), shares="fractional")
    free = run(case.prices, replace(parameters, commission_bps=0.0, slippage_bps=0.0))
    cheap = run(case.prices, replace(parameters, commission_bps=1.0, slippage_bps=2.0))
    dear = run(case.prices, replace(parameters, commission_bps=50.0, slippage_bps=70.0))
    assert np.all(cheap.equity <= free.equity * (1 + 1e-12))
    assert np.all(dear.equity <= cheap.equity * (1 + 1e-12))


@HUNDREDS
@given(case=cases())
def test_equity_is_cash_plus_position_and_neither_is_negative(case: Case) -> None:
    result = run(case.prices, asked(case.choices))
    assert np.array_equal(
        result.equity, result.cash + result.shares * result.prices.close[result.first :]
    )
    assert np.all(result.cash >= 0)
    assert np.all(result.shares >= 0)
    if case.choices.whole:
        assert np.array_equal(result.shares, np.floor(result.shares))
    else:
        assert np.all((result.cash == 0) | (result.shares == 0))


@HUNDREDS
@given(case=cases())
def test_cash_accounts_for_every_fill(case: Case) -> None:
    result = run(case.prices, asked(case.choices))
    trades = result.trades
    bought = trades.shares * trades.entry_price
    sold = np.where(trades.closed, trades.shares * trades.exit_price, 0.0)
    costs = np.sum(trades.commission) + np.sum(trades.slippage)
    expected = result.initial_investment - np.sum(bought) + np.sum(sold) - costs
    assert abs(result.cash[-1] - expected) <= 1e-9 * (np.sum(bought) + result.initial_investment)


@HUNDREDS
@given(case=cases())
def test_the_unit_of_the_price_does_not_matter(case: Case) -> None:
    # Powers of two scale without rounding, so the results are the same to the last bit.
    parameters = replace(asked(case.choices), shares="fractional")
    prices = case.prices
    scaled = Prices(prices.date, prices.open * 1024.0, prices.close * 1024.0)
    assert run(scaled, parameters).equity.tolist() == run(prices, parameters).equity.tolist()


@HUNDREDS
@given(case=cases(max_sessions=30))
def test_every_metric_is_finite_or_null_with_a_finding_that_names_it(case: Case) -> None:
    backtest = perform(case.prices, asked(case.choices), data_version="v", faults=NO_FAULTS)
    messages = [f.message for f in backtest.findings if f.id == "undefined-metrics"]
    for name, value in by_name(backtest.metrics).items():
        if value is None:
            assert name in MEANINGFUL_NULLS or any(name in message for message in messages)
        elif isinstance(value, float):
            assert np.isfinite(value), name
