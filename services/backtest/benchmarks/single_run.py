"""One backtest with all metrics, apart from reading bars: median milliseconds over 13 and 20 years of daily bars.

`run_ms` is the strategy alone, `with_metrics_ms` adds buy-and-hold, every metric of both, findings and the digest (the
promise is at most 5 ms), `answer_ms` is the JSON of all that with trades and equity curve.
"""

import json
import statistics
import time
from collections.abc import Callable
from datetime import date

import numpy as np
from bokeh_sampledata.stocks import MSFT

from barline_backtest.answer import Coverage, answer
from barline_backtest.backtest import Backtest, perform
from barline_backtest.data_findings import DataFaults
from barline_backtest.engine import run
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices, usable_prices
from barline_backtest.strict_json import encode

REPEATS = 201
PARAMETERS = RunParameters(symbol="BENCH", winbuy=50, winsell=200, commission_bps=5, slippage_bps=2)
NO_DATES = np.array([], dtype="datetime64[D]")
FAULTS = DataFaults(missing=NO_DATES, unusable=NO_DATES, actions_known=True)
COVERAGE = Coverage(date(2000, 1, 3), date(2013, 3, 1), 0, 0, None)


def thirteen_real_years() -> Prices:
    """MSFT from 2000 to 2013."""
    days = np.array(MSFT["date"], dtype="datetime64[D]")
    order = np.argsort(days)
    prices, _ = usable_prices(
        days[order], np.array(MSFT["open"])[order], np.array(MSFT["close"])[order]
    )
    return prices


def twenty_made_up_years() -> Prices:
    """A random walk over 20 years of weekdays less holidays, with the volatility of a large stock."""
    rng = np.random.default_rng(20)
    close = 50.0 * np.exp(np.cumsum(rng.normal(0.0003, 0.018, 20 * 252)))
    opened = close * np.exp(rng.normal(0.0, 0.004, close.size))
    days = np.datetime64("2000-01-03") + np.arange(close.size) * 365 // 252
    prices, _ = usable_prices(days, opened, close)
    return prices


def median_ms(work: Callable[[], object]) -> float:
    """The median of many runs, after one that is not counted."""
    work()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return round(statistics.median(times), 3)


def measure(years: int, prices: Prices) -> dict[str, float | int]:
    """Time the stages, after checking that there is something to time."""

    def complete() -> Backtest:
        return perform(prices, PARAMETERS, data_version="bench", faults=FAULTS)

    backtest = complete()
    assert len(backtest.run.trades) > 10
    assert backtest.metrics.risk.sharpe is not None
    parts = ("trades", "equity_curve")
    return {
        "years": years,
        "sessions": len(prices),
        "trades": len(backtest.run.trades),
        "run_ms": median_ms(lambda: run(prices, PARAMETERS)),
        "with_metrics_ms": median_ms(complete),
        "answer_ms": median_ms(
            lambda: encode(answer(backtest, run_id="bench", coverage=COVERAGE, include=parts))
        ),
    }


if __name__ == "__main__":
    runs = [measure(13, thirteen_real_years()), measure(20, twenty_made_up_years())]
    print(json.dumps({"benchmark": "single_run", "runs": runs}))
