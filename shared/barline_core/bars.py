"""Daily bars in memory and their adjusted views: prices are stored as traded, adjustments are applied when read."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 - `date` is a column of the series
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

PriceBasis = Literal["raw", "split", "total_return"]
PRICE_BASES: tuple[PriceBasis, ...] = get_args(PriceBasis)

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BarSeries:
    """One symbol's bars, oldest first; every array has shape (sessions,) and no missing values.

    `split_ratio` (new shares per old, 1 when none) and `dividend` (cash per share as paid, 0 when none) stand on the
    session they took effect. `volume` is in shares. `data_version` is a digest of all of it.
    """

    symbol: str
    date: Dates
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    split_ratio: Floats
    dividend: Floats
    actions_known: bool
    data_version: str
    price_basis: PriceBasis = "raw"

    def __len__(self) -> int:
        return len(self.date)

    def until(self, last_date: Date) -> "BarSeries":
        """The raw series as it stood at the close of `last_date`: later bars and actions are gone."""
        if self.price_basis != "raw":
            raise ValueError("cut the raw series, then adjust it: adjusted prices know the future")
        end = int(np.searchsorted(self.date, np.datetime64(last_date), side="right"))
        return self._sliced(0, end, keep_version=False)

    def between(self, first_date: Date | None, last_date: Date | None) -> "BarSeries":
        """The sessions from `first_date` to `last_date`, both inclusive, adjusted as they are."""
        start, end = 0, len(self)
        if first_date is not None:
            start = int(np.searchsorted(self.date, np.datetime64(first_date), side="left"))
        if last_date is not None:
            end = int(np.searchsorted(self.date, np.datetime64(last_date), side="right"))
        return self._sliced(start, max(start, end), keep_version=True)

    def _sliced(self, start: int, end: int, *, keep_version: bool) -> "BarSeries":
        columns = ("date", "open", "high", "low", "close", "volume", "split_ratio", "dividend")
        sliced = replace(self, **{name: getattr(self, name)[start:end] for name in columns})
        return sliced if keep_version else replace(sliced, data_version=data_version_of(sliced))


def adjusted(series: BarSeries, price_basis: PriceBasis) -> BarSeries:
    """The series in another price basis, relative to its newest bar (whose prices never change).

    `split`: prices are divided and volumes multiplied by the split ratios that came later. `total_return`: prices also
    carry dividends by Alpha Vantage's own rule, going back in time `factor *= close / (close + dividend) / split` on
    each ex-date; it reproduces their adjusted close to 5e-15, where the CRSP and Yahoo rule `1 - dividend / previous
    close` is off by 1.4e-3.
    """
    if series.price_basis != "raw":
        raise ValueError("only a raw series can be adjusted")
    if price_basis == "raw":
        return series
    split_factor = later_product(1.0 / series.split_ratio)
    price_factor = split_factor
    if price_basis == "total_return":
        kept = series.close / (series.close + series.dividend)
        price_factor = later_product(kept / series.split_ratio)
    return replace(
        series,
        open=series.open * price_factor,
        high=series.high * price_factor,
        low=series.low * price_factor,
        close=series.close * price_factor,
        volume=series.volume / split_factor,
        price_basis=price_basis,
    )


def later_product(steps: Floats) -> Floats:
    """For each session the product of the `steps` of all later ones; 1 for the last. Shape (sessions,)."""
    if len(steps) == 0:
        return steps
    products = np.ones_like(steps)
    products[:-1] = np.cumprod(steps[:0:-1])[::-1]
    return products


def data_version_of(series: BarSeries) -> str:
    """A digest of every value a reader of the raw series sees; the same bars give the same digest on any machine."""
    digest = hashlib.sha256(b"actions known" if series.actions_known else b"actions unknown")
    digest.update(series.date.astype("datetime64[D]").astype("<i8").tobytes())
    columns = (series.open, series.high, series.low, series.close, series.volume)
    for column in (*columns, series.split_ratio, series.dividend):
        digest.update(column.astype("<f8").tobytes())
    return digest.hexdigest()
