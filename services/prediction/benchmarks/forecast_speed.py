"""One forecast apart from reading the bars (promise: 10 ms), and 1,000 symbols in one batch on one core (2 s).

`forecast_ms` makes a whole vintage over 20 years of bars: adjusted closes, features, quantiles, baseline, dates.
`cold_start_ms` opens the model in a fresh process, imports included; `memory_mb` is that process's peak.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from threadpoolctl import threadpool_limits

from barline_core.bars import BarSeries, data_version_of
from barline_core.sessions import sessions_between
from barline_prediction.artefact import LoadedModel, load_model
from barline_prediction.features import features, yearly_volatility
from barline_prediction.making import choose_basis, make_vintage
from barline_prediction.pins import DEFAULT_VERSION

REPEATS = 201
SYMBOLS = 1000
FRESH = f"from barline_prediction.artefact import load_model; load_model({DEFAULT_VERSION!r})"


def twenty_years() -> BarSeries:
    """A walk over real sessions with a split."""
    dates = sessions_between("XNYS", date(2003, 1, 2), date(2022, 12, 30))
    steps = np.random.default_rng(0).normal(0.0, 0.02, len(dates))
    closes = 50.0 * np.exp(np.cumsum(steps))
    ones = np.ones(len(dates))
    split = np.where(np.arange(len(dates)) == 3000, 2.0, 1.0)
    series = BarSeries(
        "BENCH", dates, closes, closes, closes, closes, ones, split, 0.0 * ones, True, ""
    )
    return replace(series, data_version=data_version_of(series))


def forecast_ms(loaded: LoadedModel, series: BarSeries) -> list[float]:
    made_at = datetime(2023, 1, 1, tzinfo=UTC)
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        vintage = make_vintage(choose_basis(1, series, None), loaded, "v", made_at)
        times.append(1000.0 * (time.perf_counter() - started))
        assert len(vintage.steps) == 30
    return times


def batch_s(loaded: LoadedModel, series: BarSeries) -> float:
    """Features symbol by symbol, one prediction for all."""
    histories = [series.close * (1.0 + index / SYMBOLS) for index in range(SYMBOLS)]
    origin = np.array([len(series) - 1])
    with threadpool_limits(limits=1):
        started = time.perf_counter()
        inputs = np.concatenate([features(closes, origin) for closes in histories])
        years = np.concatenate([yearly_volatility(closes, origin) for closes in histories])
        quantiles = loaded.model.log_quantiles(inputs, years)
        elapsed = time.perf_counter() - started
    assert quantiles.shape == (SYMBOLS, 30, 5)
    return elapsed


def main() -> None:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", FRESH], check=True)
    cold_start = time.perf_counter() - started
    memory_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    loaded, series = load_model(DEFAULT_VERSION), twenty_years()
    forecast_ms(loaded, series)
    times = sorted(forecast_ms(loaded, series))
    result = {
        "benchmark": "forecast_speed",
        "sessions": len(series),
        "forecast_ms": round(statistics.median(times), 3),
        "forecast_p99_ms": round(times[int(0.99 * len(times))], 3),
        "batch_symbols": SYMBOLS,
        "batch_s": round(statistics.median(batch_s(loaded, series) for _ in range(5)), 3),
        "cold_start_ms": round(1000.0 * cold_start),
        "memory_mb": round(memory_kb / 1024),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
