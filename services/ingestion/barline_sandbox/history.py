"""Real bars for the sandbox: the public-domain series of the `bokeh-sampledata` package (2000 to
2013).

The package gives raw prices and an adjusted close, but no corporate actions; they are recovered
here from the ratio of the two.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypedDict

import numpy as np

from barline_sandbox.series import Floats, ListedSeries

NAMES = {
    "AAPL": "Apple Inc",
    "FB": "Facebook Inc",
    "GOOG": "Google Inc",
    "IBM": "International Business Machines Corp",
    "MSFT": "Microsoft Corporation",
}
RATIO_NOISE = 1e-9  # measured: sessions without an action differ by at most 1e-11
LARGEST_SPLIT_TERM = 20
CENT_NOISE = 1e-6  # measured: the recovered dividends are within 1e-10 of a whole cent


class SampleColumns(TypedDict):
    """The columns of one ticker, as the package holds them."""

    date: list[str]
    open: list[float]
    high: list[float]
    low: list[float]
    close: list[float]
    volume: list[int]
    adj_close: list[float]


def real_history() -> Mapping[str, ListedSeries]:
    """The five tickers of the package, by symbol."""
    from bokeh_sampledata import stocks  # noqa: PLC0415  # reads 13,000 rows when imported

    return {symbol: listed(symbol, getattr(stocks, symbol)) for symbol in NAMES}


def listed(symbol: str, columns: SampleColumns) -> ListedSeries:
    """One ticker with its actions recovered."""
    close = np.array(columns["close"])
    split, dividend = recovered_actions(close, np.array(columns["adj_close"]))
    return ListedSeries(
        symbol=symbol,
        name=NAMES[symbol],
        date=np.array(columns["date"], dtype="datetime64[D]"),
        open=np.array(columns["open"]),
        high=np.array(columns["high"]),
        low=np.array(columns["low"]),
        close=close,
        volume=np.array(columns["volume"], dtype=np.int64),
        dividend=dividend,
        split=split,
    )


def recovered_actions(close: Floats, adjusted_close: Floats) -> tuple[Floats, Floats]:
    """Splits and dividends, each shape (n,), that turn `close` into `adjusted_close`.

    The adjusted close may be relative to a later date: only the steps of the factor count. The
    package follows the rule `factor *= close / (close + dividend) / split` (the amounts come out as
    whole cents with it, to 1e-10, and do not with `1 - dividend / previous close`), so a step of R
    means a dividend of `close * (R - 1)`, or a split when R is a ratio of small whole numbers.
    """
    factor = adjusted_close / close
    split, dividend = np.ones(len(close)), np.zeros(len(close))
    for row in np.flatnonzero(np.abs(factor[1:] / factor[:-1] - 1.0) > RATIO_NOISE) + 1:
        step = float(factor[row] / factor[row - 1])
        ratio = Fraction(step).limit_denominator(LARGEST_SPLIT_TERM)
        if ratio.numerator <= LARGEST_SPLIT_TERM and abs(step - ratio) < RATIO_NOISE:
            split[row] = float(ratio)
        else:
            dividend[row] = whole_cents(float(close[row]) * (step - 1.0))
    return split, dividend


def whole_cents(amount: float) -> float:
    """The amount to the cent when it is one within the noise of the source, else as it came."""
    cents = round(amount, 2)
    return cents if abs(amount - cents) < CENT_NOISE else amount
