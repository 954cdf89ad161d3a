"""The JSON of a scorecard: every figure by its name, null where it is undefined."""

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from barline_core.bars import BarSeries, Floats
from barline_prediction.chance import Interval
from barline_prediction.manifest import JsonObject
from barline_prediction.outcomes import Met
from barline_prediction.scorecard import LeftOut, Record
from barline_prediction.scores import BaselineScore, Score

NOTES = (
    "Actual closes are rebased for splits since the forecast's last bar.",
    "Errors are of the median; mase is its mean absolute error over the naive close's, so 1 is no better.",
    "Losses are pinball losses of the log return, averaged over the levels 2.5, 10, 50, 90 and 97.5 %.",
    "A gain is the share of a baseline's loss that the model saved, its 95 % interval by moving blocks of a quarter.",
    "The naive baseline (a random walk, 252 sessions) was stored with each forecast.",
    "The baselines ewma and historical_simulation are computed from the bars as they are now.",
    "GARCH(1,1) is compared on the held-out years only: see the model card.",
    "A direction counts when the median is not the last close.",
    "The interval of a hit rate is Wilson's at 95 %; it takes outcomes as independent, so it is rather too narrow.",
    "Of forecasts made again because bars were restated, the first counts. In-sample forecasts count in nothing.",
)
STEP_COLUMNS = ("lower_95", "lower_80", "close", "upper_80", "upper_95")


def scorecard_document(
    series: BarSeries, records: Sequence[tuple[Record, str]], left_out: LeftOut, verdict: str
) -> JsonObject:
    """The answer without its optional outcomes; each record comes with its verdict in words."""
    return {
        "symbol": series.symbol,
        "scored_through": series.date[-1].item() if len(series) else None,
        "data_version": series.data_version,
        "verdict": verdict,
        "records": [record_document(record, words) for record, words in records],
        "left_out": asdict(left_out),
        "notes": NOTES,
    }


def record_document(record: Record, words: str) -> JsonObject:
    standing = record.standing
    return {
        "model_version": standing.model_version,
        "kind": "hindcast" if standing.hindcast else "live",
        "vintages": standing.vintages,
        "first_date": record.first_date,
        "last_date": record.last_date,
        "beats_naive": standing.beats_naive,
        "gain_interval": interval_document(standing.gain_interval),
        "verdict": words,
        "overall": score_document(record.overall),
        "by_step": [score_document(score) for score in record.by_step],
    }


def score_document(score: Score) -> JsonObject:
    direction = score.direction
    return {
        "step": score.step,
        "outcomes": score.outcomes,
        "absolute_error": score.absolute_error,
        "percentage_error": score.percentage_error,
        "naive_absolute_error": score.naive_absolute_error,
        "naive_percentage_error": score.naive_percentage_error,
        "mase": score.mase,
        "pinball_loss": score.pinball_loss,
        "coverage_80": score.coverage_80,
        "coverage_95": score.coverage_95,
        "direction": {
            "claims": direction.claims,
            "hits": direction.hits,
            "hit_rate": direction.rate,
            "interval": interval_document(direction.interval),
        },
        "baselines": {
            name: baseline_document(baseline) for name, baseline in score.baselines.items()
        },
    }


def baseline_document(baseline: BaselineScore) -> JsonObject:
    return asdict(baseline)


def interval_document(interval: Interval | None) -> JsonObject | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}


def outcomes_document(met: Met, step: int) -> JsonObject:
    """What was forecast for one step and what came, vintage by vintage; prices of each forecast's last bar."""
    known = met.known[:, step - 1]
    ledger = met.ledger.where(known)
    return {
        "step": step,
        "vintage_id": ledger.id.tolist(),
        "model_version": ledger.model_version.tolist(),
        "kind": np.where(ledger.hindcast, "hindcast", "live").tolist(),
        "last_date": ledger.last_date.tolist(),
        "last_close": ledger.last_close.tolist(),
        "date": ledger.session[:, step - 1].tolist(),
        **columns(ledger.quantiles[:, step - 1], ""),
        **columns(ledger.naive[:, step - 1], "naive_"),
        "actual": met.actual[known, step - 1].tolist(),
    }


def columns(prices: Floats, prefix: str) -> JsonObject:
    return {f"{prefix}{name}": prices[:, place].tolist() for place, name in enumerate(STEP_COLUMNS)}
