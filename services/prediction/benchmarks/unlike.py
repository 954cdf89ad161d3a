"""The served model on series unlike the 20 large stocks it learnt from; needs what `make train` needs.

Two share indices and a price of crude oil (from the `arch` package, real closes after `trained_through`), then a penny
stock quoted to a hundredth of a cent, a flat series and one of 300 sessions, which only have to get sane intervals.
Gains are shares of the baseline's mean pinball loss over all horizons.
"""

import json

import numpy as np
from arch.data import nasdaq, sp500, wti

from barline_prediction.artefact import load_model
from barline_prediction.intervals import STEPS, Floats
from barline_prediction.model import ForecastModel, forecast
from barline_prediction.pins import DEFAULT_VERSION
from barline_prediction.training.evaluation import BASELINES, EMBARGO_SESSIONS, STRIDE, scored

Series = tuple[Floats, int]  # closes, and the first position after the embargo


def real_series(trained_through: str) -> dict[str, Series]:
    columns = {
        "S&P 500 index": sp500.load()["Adj Close"],
        "Nasdaq composite": nasdaq.load()["Adj Close"],
        "WTI crude oil": wti.load()["DCOILWTICO"].dropna(),
    }
    return {
        name: (
            column.to_numpy(dtype=np.float64),
            int((column.index <= trained_through).sum()) + EMBARGO_SESSIONS,
        )
        for name, column in columns.items()
    }


def scores(model: ForecastModel, series: Series) -> dict[str, object]:
    closes, first = series
    origins = np.arange(first, len(closes) - STEPS, STRIDE)
    made = {name: make(closes, origins) for name, make in BASELINES.items()}
    held_out = scored(closes, origins, forecast(model, closes, origins), made)
    overall = held_out.score()
    return {
        "origins": held_out.origins,
        "gain": {name: round(gain, 4) for name, gain in overall.gain.items()},
        "coverage_80": round(overall.coverage_80, 3),
        "coverage_95": round(overall.coverage_95, 3),
    }


def strange_series() -> dict[str, Floats]:
    steps = np.random.default_rng(0).normal(0.0, 0.06, 800)
    return {
        "penny stock": np.round(0.02 * np.exp(np.cumsum(steps)), 4).clip(0.0001),
        "flat": np.full(600, 20.0),
        "300 sessions": 50.0 * np.exp(np.cumsum(steps[:300] / 4.0)),
    }


def width_95(model: ForecastModel, closes: Floats) -> list[float]:
    """Widths of the 95 % interval in log returns at steps 1 and 30."""
    quantiles = forecast(model, closes, np.array([len(closes) - 1]))[0]
    assert np.isfinite(quantiles).all()
    return [round(float(step[4] - step[0]), 6) for step in (quantiles[0], quantiles[-1])]


def main() -> None:
    loaded = load_model(DEFAULT_VERSION)
    real = real_series(loaded.manifest.trained_through.isoformat())
    result = {
        "benchmark": "unlike",
        "model_version": loaded.manifest.version,
        "real": {name: scores(loaded.model, series) for name, series in real.items()},
        "width_95_at_1_and_30": {
            name: width_95(loaded.model, closes) for name, closes in strange_series().items()
        },
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
