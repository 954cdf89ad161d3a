"""How good the forecast is known to be, in plain words, and first of all whether anything is known."""

from dataclasses import dataclass

from barline_prediction.manifest import HeldOutTable, Manifest

BASELINE_NAMES = {
    "random_walk": "a random walk with last year's volatility",
    "ewma": "a random walk with exponentially weighted volatility",
    "historical_simulation": "historical simulation",
    "garch": "GARCH(1,1)",
}


@dataclass(frozen=True, slots=True)
class Record:
    """How scored live vintages of one model version on one symbol turned out.

    `gain` is the share of the naive baseline's pinball loss that the model saved, with a 95 % interval.
    """

    vintages: int
    gain: float
    gain_low: float
    gain_high: float


def verdict(
    symbol: str,
    manifest: Manifest,
    *,
    in_sample: bool,
    record: Record | None,
    actions_known: bool,
) -> str:
    """What may honestly be said of a forecast of `symbol`; `record` is None while nothing has been scored."""
    sentences = [_on_this_symbol(symbol, manifest, in_sample=in_sample, record=record)]
    sentences.append(_held_out(manifest.held_out))
    if not actions_known:
        sentences.append(
            f"The splits and dividends of {symbol} are not known here: one of the last years would pass for a jump, "
            "and widen the intervals."
        )
    return " ".join(sentences)


def _on_this_symbol(
    symbol: str, manifest: Manifest, *, in_sample: bool, record: Record | None
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
    if record is None or record.vintages == 0:
        return (
            f"Not scored yet: no live forecast of {symbol} by this model has met its actual closes, so nothing shows "
            "that it beats the naive baseline on this symbol."
        )
    return _scored(symbol, record)


def _scored(symbol: str, record: Record) -> str:
    over = f"Over {record.vintages} scored forecasts of {symbol}"
    size = f"{abs(record.gain):.1%}"
    if record.gain_low > 0.0:
        return f"{over} the model's pinball loss was {size} lower than the naive baseline's: it has beaten it."
    if record.gain > 0.0:
        return (
            f"{over} the model's pinball loss was {size} lower than the naive baseline's, which may be chance: "
            "it has not shown to be better."
        )
    return (
        f"{over} the model's pinball loss was {size} higher than the naive baseline's: it has not beaten it; "
        "use the naive interval."
    )


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
    return f"{abs(gain):.1%} {'below' if gain >= 0.0 else 'above'}"
