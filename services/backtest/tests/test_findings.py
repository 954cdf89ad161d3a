"""Each finding appears when it should, says what a person needs, and stays away otherwise."""

import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from barline_backtest.backtest import Backtest, perform
from barline_backtest.data_findings import DataFaults
from barline_backtest.finding import Finding
from barline_backtest.metrics import by_name
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices

from .cases import FIRST_DAY, NO_DATES, NO_FAULTS, Case, asked, prices_of

PARAMETERS = RunParameters(symbol="FIND", winbuy=2, winsell=2, price_basis="split")
WAVE = [100 + 10 * math.sin(i / 2.5) for i in range(800)]


def findings_in(
    prices: Prices, faults: DataFaults = NO_FAULTS, **changes: object
) -> dict[str, Finding]:
    backtest = perform(prices, replace(PARAMETERS, **changes), data_version="v", faults=faults)
    return {finding.id: finding for finding in backtest.findings}


def dates(*sessions: int) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    return np.array([FIRST_DAY + timedelta(days=s) for s in sessions], dtype="datetime64[D]")


def test_a_good_long_run_raises_no_doubt_about_itself() -> None:
    found = findings_in(prices_of(WAVE))
    assert not {"few-trades", "no-trades", "short-history", "split-suspected", "flat-since"} & set(
        found
    )


def test_a_fill_at_the_signals_own_close_is_optimistic() -> None:
    assert "optimistic-fill" in findings_in(prices_of(WAVE), fill="same_close")
    assert "optimistic-fill" not in findings_in(prices_of(WAVE), fill="next_close")


def test_few_trades_come_with_the_confidence_interval_of_the_sharpe_ratio(msft: Case) -> None:
    parameters = replace(
        asked(msft.choices), winbuy=200, winsell=200, rule="cross", start=date(2011, 1, 1)
    )
    backtest = perform(msft.prices, parameters, data_version="v", faults=NO_FAULTS)
    message = next(f.message for f in backtest.findings if f.id == "few-trades")
    metrics = by_name(backtest.metrics)
    sharpe, skew, kurtosis = (metrics[name] for name in ("sharpe", "skew", "kurtosis"))
    assert isinstance(sharpe, float)
    assert isinstance(skew, float)
    assert isinstance(kurtosis, float)
    per_session = sharpe / math.sqrt(252)
    variance = 1 - skew * per_session + (kurtosis - 1) / 4 * per_session**2
    margin = 1.96 * math.sqrt(variance / (backtest.run.equity.size - 1)) * math.sqrt(252)
    assert f"from {sharpe - margin:.2f} to {sharpe + margin:.2f}" in message
    assert message.startswith(f"Only {metrics['fills'] - metrics['trades']} closed trades")


def dominated() -> Backtest:
    """Nine small round trips and one that doubles."""
    closes = [100.0, 100.0]
    for jump in (1.02, 1.02, 1.02, 2.0, 1.02, 1.02):
        last = closes[-1]
        closes += [last * 0.99, last * 0.99, last * 0.99 * jump, last * 0.99 * jump]
    return perform(
        prices_of(closes),
        replace(PARAMETERS, fill="next_close"),
        data_version="v",
        faults=NO_FAULTS,
    )


def test_one_trade_that_makes_most_of_the_profit_is_named() -> None:
    backtest = dominated()
    trades = backtest.run.trades
    best = int(np.argmax(trades.profit))
    message = next(f.message for f in backtest.findings if f.id == "one-trade-dominates")
    assert str(backtest.run.prices.date[trades.entry[best]]) in message
    assert "one-trade-dominates" not in findings_in(prices_of(WAVE))


def test_a_strategy_long_out_of_the_market_is_flat_since_a_date() -> None:
    closes = [*WAVE[:50], *(WAVE[49] + i for i in range(1, 101))]
    message = findings_in(prices_of(closes))["flat-since"].message
    assert "sessions)" in message
    assert "2020-" in message


def test_buy_and_hold_better_after_the_same_costs() -> None:
    rising = [100.0 * 1.01**i for i in range(60)]
    assert "buy-and-hold-better" in findings_in(prices_of(rising))
    assert "buy-and-hold-better" not in findings_in(prices_of(rising[::-1]), winbuy=50)


@pytest.mark.parametrize(
    ("price_basis", "advice"), [("raw", "choose price_basis"), ("split", "may be missing")]
)
def test_a_split_is_suspected_only_inside_a_holding(price_basis: str, advice: str) -> None:
    held = prices_of([100.0, 90.0, 80.0, 40.0, 39.0, 38.0])  # bought in session 2, never sold
    message = findings_in(held, price_basis=price_basis)["split-suspected"].message
    assert advice in message
    assert "2020-01-04" in message
    assert "-50.0%" in message
    flat = prices_of([100.0, 101.0, 102.0, 51.0, 52.0, 53.0], opens=[100, 101, 102, 51, 52, 53])
    assert "split-suspected" not in findings_in(flat, price_basis=price_basis)


def test_missing_sessions_count_where_the_run_used_them() -> None:
    faults = replace(NO_FAULTS, missing=dates(5, 300, 301, 302, 303))
    message = findings_in(prices_of(WAVE), faults)["missing-sessions"].message
    assert message.startswith("5 sessions")
    assert "2020-01-06, 2020-10-27, 2020-10-28, …" in message
    later = findings_in(prices_of(WAVE), faults, start=FIRST_DAY + timedelta(days=100))
    assert later["missing-sessions"].message.startswith("4 sessions")
    earlier = findings_in(prices_of(WAVE), faults, start=FIRST_DAY + timedelta(days=308))
    assert "missing-sessions" not in earlier


def test_sessions_left_out_and_unknown_actions_are_said() -> None:
    faults = DataFaults(missing=NO_DATES, unusable=dates(7), actions_known=False)
    found = findings_in(prices_of(WAVE), faults)
    assert "Left out: 1 session" in found["unusable-prices"].message
    assert "actions-unknown" in found
    assert "actions-unknown" not in findings_in(prices_of(WAVE), faults, price_basis="raw")


def test_history_shorter_than_three_windows() -> None:
    assert "short-history" in findings_in(prices_of(WAVE), winsell=267)
    assert "short-history" not in findings_in(prices_of(WAVE), winsell=266)


def test_orders_that_cannot_pay_for_one_share() -> None:
    found = findings_in(prices_of(WAVE), shares="whole", initial_investment=50.0)
    assert "too-little-cash" in found
    assert "no-trades" in found


def test_the_kinds_of_findings_are_stable_and_each_appears_once() -> None:
    backtest = dominated()
    ids = [finding.id for finding in backtest.findings]
    assert len(ids) == len(set(ids))
    assert {finding.severity for finding in backtest.findings} <= {"info", "warning"}
