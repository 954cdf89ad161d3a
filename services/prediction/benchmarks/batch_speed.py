"""A batch of 1,000 symbols on one core (promise: 2 s in the model), and the scorecard of a symbol with 290 vintages.

`model_s` is features and quantiles; `vintages_s` is all that a worker computes for 1,000 symbols of 13 years, from raw
bars to vintages: adjusted closes, features, quantiles, the naive baseline, dates. `scorecard_ms` scores 290 vintages
of 30 steps against the actual closes, `rivals_ms` makes the two baselines that are not stored, and `verdict_ms` is
what a forecast's answer spends on those vintages.
"""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
from threadpoolctl import threadpool_limits

from barline_core.bars import BarSeries, Floats, data_version_of
from barline_core.sessions import sessions_between
from barline_prediction.artefact import load_model
from barline_prediction.ledger import Ledger
from barline_prediction.making import (
    Basis,
    choose_basis,
    forecast_many,
    make_vintages,
    model_closes,
)
from barline_prediction.outcomes import meet
from barline_prediction.pins import DEFAULT_VERSION
from barline_prediction.rivals import rival_quantiles
from barline_prediction.scorecard import counted, kinds, record_of, standing_of
from barline_prediction.vintage import Vintage

SYMBOLS, VINTAGES, REPEATS = 1_000, 290, 5
MADE_AT = datetime(2013, 3, 2, tzinfo=UTC)


def walk(seed: int) -> BarSeries:
    """A random walk over the sessions of the sandbox, with a split."""
    dates = sessions_between("XNYS", date(2000, 3, 1), date(2013, 3, 1))
    steps = np.random.default_rng(seed).normal(0.0, 0.02, len(dates))
    closes = 50.0 * np.exp(np.cumsum(steps))
    ones = np.ones(len(dates))
    split = np.where(np.arange(len(dates)) == 1500, 2.0, 1.0)
    series = BarSeries(
        f"W{seed}", dates, closes, closes, closes, closes, ones, split, 0.0 * ones, True, ""
    )
    return replace(series, data_version=data_version_of(series))


def median_s(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def ledger_of(vintages: list[Vintage]) -> Ledger:
    """The vintages as the store reads them."""
    names = ("lower_95", "lower_80", "close", "upper_80", "upper_95")

    def quantiles(prefix: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.array(
            [[[getattr(s, prefix + n) for n in names] for s in one.steps] for one in vintages]
        )

    return Ledger(
        id=np.array([one.id for one in vintages]),
        model_version=np.array([one.key.model_version for one in vintages]),
        last_date=np.array([one.key.last_date for one in vintages], dtype="datetime64[D]"),
        last_close=np.array([one.last_close for one in vintages]),
        hindcast=np.array([one.key.hindcast for one in vintages]),
        in_sample=np.zeros(len(vintages), dtype=np.bool_),
        session=np.array([[s.date for s in one.steps] for one in vintages], dtype="datetime64[D]"),
        quantiles=quantiles(""),
        naive=quantiles("naive_"),
    )


def judge(ledger: Ledger, series: BarSeries, rivals: Mapping[str, Floats] | None) -> None:
    """The whole scorecard with `rivals`, without them what a verdict needs."""
    for met in kinds(counted(meet(ledger, series, rivals))[0]):
        judged = standing_of(met) if rivals is None else record_of(met)
        assert judged is not None


def main() -> None:
    loaded, walks = load_model(DEFAULT_VERSION), [walk(seed) for seed in range(SYMBOLS)]
    bases = [choose_basis(number, series, None) for number, series in enumerate(walks)]
    histories = [model_closes(basis.series) for basis in bases]
    ids = [f"vintage-{number}" for number in range(SYMBOLS)]
    days = walks[0].date[-VINTAGES:].tolist()
    hindcasts = [Basis(0, walks[0].until(day), day) for day in days]
    ledger = ledger_of(make_vintages(hindcasts, loaded, ids[:VINTAGES], MADE_AT))
    rivals = rival_quantiles(ledger, walks[0])
    with threadpool_limits(limits=1):
        result = {
            "benchmark": "batch_speed",
            "symbols": SYMBOLS,
            "sessions": len(walks[0]),
            "model_s": round(median_s(lambda: forecast_many(loaded.model, histories)), 3),
            "vintages_s": round(median_s(lambda: make_vintages(bases, loaded, ids, MADE_AT)), 3),
            "scored_vintages": VINTAGES,
            "rivals_ms": round(1e3 * median_s(lambda: rival_quantiles(ledger, walks[0])), 1),
            "scorecard_ms": round(1e3 * median_s(lambda: judge(ledger, walks[0], rivals)), 1),
            "verdict_ms": round(1e3 * median_s(lambda: judge(ledger, walks[0], None)), 1),
        }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
