"""How good the forecast is known to be, in plain words, and first of all whether anything is known."""

from collections.abc import Sequence

from barline_prediction.manifest import HeldOutTable, Manifest
from barline_prediction.scorecard import Standing

BASELINE_NAMES = {
    "random_walk": "a random walk with last year's volatility",
    "ewma": "a random walk with exponentially weighted volatility",
    "historical_simulation": "historical simulation",
    "garch": "GARCH(1,1)",
    "garch_expanding": "GARCH(1,1) fitted to the whole history",
}


def verdict(
    symbol: str,
    manifest: Manifest,
    *,
    in_sample: bool,
    records: Sequence[Standing],
    actions_known: bool,
) -> str:
    """What may honestly be said of a forecast of `symbol`, from how its scored forecasts stand."""
    sentences = [_on_this_symbol(symbol, manifest, in_sample=in_sample, records=records)]
    sentences.append(_held_out(manifest.held_out))
    if not actions_known:
        sentences.append(
            f"The splits and dividends of {symbol} are not known here: one of the last years would pass for a jump, "
            "and widen the intervals."
        )
    return " ".join(sentences)


def _on_this_symbol(
    symbol: str, manifest: Manifest, *, in_sample: bool, records: Sequence[Standing]
) -> str:
    if in_sample:
        why = (
            f"its training data include {symbol}"
            if symbol in manifest.training_symbols
            else f"it was trained on data up to {manifest.trained_through}"
        )
        return (
            f"In sample: the model may have seen what it forecasts here ({why}), so however near it comes proves "
            "nothing, and it counts in no score."
        )
    own = [record for record in records if record.model_version == manifest.version]
    return verdict_on_record(symbol, own)


def verdict_on_record(symbol: str, records: Sequence[Standing]) -> str:
    """Whether one model has beaten the naive baseline on the symbol: live forecasts decide, hindcasts stand in."""
    live = [record for record in records if not record.hindcast]
    if live:
        return scored(symbol, live[0])
    unscored = (
        f"Not scored yet: no live forecast of {symbol} by this model has met its actual closes"
    )
    if not records:
        return f"{unscored}, so nothing shows that it beats the naive baseline on this symbol."
    return f"{unscored}. {scored(symbol, records[0])}"


def scored(symbol: str, record: Standing) -> str:
    """What one record shows, in a sentence."""
    kind = "hindcast" if record.hindcast else "scored forecast"
    many = "" if record.vintages == 1 else "s"
    made = ", made later from the bars of their day," if record.hindcast else ""
    over = f"Over {record.vintages:,} {kind}{many} of {symbol}{made} the model's pinball loss"
    gain = record.gain
    if gain is None:
        return f"{over} cannot be compared with the naive baseline's, which is zero: the price never moved."
    if gain <= 0.0:
        size = f"{-gain:,.1%} higher than" if gain < 0.0 else "the same as"
        return (
            f"{over} was {size} the naive baseline's: it has not beaten it; use the naive interval."
        )
    over = f"{over} was {gain:,.1%} lower than the naive baseline's"
    if record.beats_naive:
        return f"{over}: it has beaten it."
    if record.gain_interval is None:
        return f"{over}, but they are too few or too near in time to tell from chance: it has not shown to be better."
    return f"{over}, which may be chance: it has not shown to be better."


def _held_out(table: HeldOutTable) -> str:
    hardest = table.hardest_baseline
    gain = table.overall.gain
    naive, best = gain["random_walk"], gain[hardest]
    period = f"{table.first_date.year} to {table.last_date.year}"
    sentence = (
        f"On held-out symbols and years ({period}) its pinball loss was {_compared(naive)} that of "
        f"{BASELINE_NAMES['random_walk']}, the naive baseline shown here"
    )
    if hardest == "random_walk":
        return f"{sentence}."
    low, high = table.gain_interval[hardest]
    doubt = ", which may be chance" if low <= 0.0 <= high else ""
    return f"{sentence}, and {_compared(best)} that of {BASELINE_NAMES[hardest]}, the hardest to beat{doubt}."


def _compared(gain: float) -> str:
    return f"{abs(gain):,.1%} {'below' if gain >= 0.0 else 'above'}"
