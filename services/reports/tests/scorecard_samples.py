"""A scorecard and a model card in the shape the prediction service gives them."""

import math

from .report_samples import Bars, Json

NAMES = ("naive", "ewma", "historical_simulation")


def score(step: int | None, outcomes: int, *, gain: float = 0.02) -> Json:
    """Figures that differ from step to step."""
    size = 0.004 * math.sqrt(step or 12)
    return {
        "step": step,
        "outcomes": outcomes,
        "absolute_error": 30 * size,
        "percentage_error": size,
        "naive_absolute_error": 30 * size,
        "naive_percentage_error": size,
        "mase": 1.0,
        "pinball_loss": size * (1 - gain),
        "coverage_80": 0.8 - 0.004 * (step or 12),
        "coverage_95": 0.95 - 0.002 * (step or 12),
        "direction": {"claims": 0, "hits": 0, "hit_rate": None, "interval": None},
        "baselines": {
            name: {
                "outcomes": outcomes,
                "pinball_loss": size * (1 + 0.01 * place),
                "gain": 1 - (1 - gain) / (1 + 0.01 * place),
                "coverage_80": 0.79,
                "coverage_95": 0.96,
            }
            for place, name in enumerate(NAMES)
        },
    }


def record(kind: str = "hindcast", *, vintages: int = 12, gain: float = 0.02) -> Json:
    beaten = "it has not beaten it" if gain <= 0 else "it has not shown to be better"
    return {
        "model_version": "1",
        "kind": kind,
        "vintages": vintages,
        "first_date": "2012-01-03",
        "last_date": "2012-12-31",
        "beats_naive": None if gain > 0 else False,
        "gain_interval": {"low": gain - 0.03, "high": gain + 0.03},
        "verdict": f"Over {vintages} of these, {beaten}.",
        "overall": score(None, 30 * vintages, gain=gain),
        "by_step": [score(step, vintages, gain=gain) for step in range(1, 31)],
    }


def scorecard_answer(bars: Bars, *records: Json, in_sample: int = 0) -> Json:
    """With the outcomes of ten hindcasts at step 10."""
    places = range(max(0, len(bars.date) - 120), max(0, len(bars.date) - 20), 10)
    closes = [bars.close[place] for place in places]
    return {
        "symbol": "MSFT",
        "scored_through": bars.date[-1],
        "data_version": "9f2a" * 16,
        "verdict": "Not scored yet.",
        "records": list(records),
        "left_out": {"in_sample": in_sample, "remade": 0, "not_met_yet": 1},
        "notes": ["A note."],
        "outcomes": {
            "step": 10,
            "vintage_id": [f"vintage-{place}" for place in places],
            "model_version": ["1" for _ in places],
            "kind": ["hindcast" for _ in places],
            "last_date": [bars.date[place] for place in places],
            "last_close": closes,
            "date": [bars.date[place + 10] for place in places],
            "lower_95": [0.9 * close for close in closes],
            "lower_80": [0.95 * close for close in closes],
            "close": closes,
            "upper_80": [1.05 * close for close in closes],
            "upper_95": [1.1 * close for close in closes],
            "actual": [bars.close[place + 10] for place in places],
        },
    }


def model_card() -> Json:
    gains = {"random_walk": 0.0187, "ewma": 0.0187, "historical_simulation": 0.033, "garch": 0.0036}
    return {
        "name": "pooled-volatility",
        "version": "1",
        "sha256": "7c1d" * 16,
        "python_version": "3.11.7",
        "scikit_learn_version": "1.9.1",
        "features": ["log_volatility_252", "volatility_5", "drawdown_252"],
        "training_data": "skfolio sp500_dataset: 20 large US stocks, chosen because they survived",
        "training_data_sha256": "32b9" * 16,
        "training_symbols": ["AAPL", "AMD"],
        "trained_from": "1990-01-02",
        "trained_through": "2011-12-30",
        "seed": 0,
        "notes": ["The median is the last close at every step."],
        "held_out": {
            "protocol": "5 folds of symbols, every 5th session",
            "first_date": "2012-02-15",
            "last_date": "2022-11-14",
            "origins": 10840,
            "gain_interval": {name: [-0.003, 0.03] for name in gains},
            "scores": [
                {
                    "step": step,
                    "loss": 0.0107,
                    "gain": gains,
                    "coverage_80": 0.802,
                    "coverage_95": 0.947,
                }
                for step in (None, 1, 2, 30)
            ],
        },
    }
