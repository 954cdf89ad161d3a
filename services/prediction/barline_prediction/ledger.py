"""The stored forecasts of one symbol side by side, and the closes that have come since."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from barline_core.bars import BarSeries, Dates, Floats

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Vintages by the date of their last bar, and of one date by when they were made; missing values are not allowed.

    `session` has shape (vintages, 30). `quantiles` and `naive` have shape (vintages, 30, 5) in the order of LEVELS:
    prices of the last bar, whose raw close is `last_close`. All else has shape (vintages,).
    """

    id: NDArray[np.str_]
    model_version: NDArray[np.str_]
    last_date: Dates
    last_close: Floats
    hindcast: Flags
    in_sample: Flags
    session: Dates
    quantiles: Floats
    naive: Floats

    def __len__(self) -> int:
        return len(self.last_date)

    def where(self, kept: Flags) -> "Ledger":
        """Only those vintages."""
        return Ledger(*(getattr(self, field.name)[kept] for field in fields(self)))

    def first_made(self) -> Flags:
        """Which vintages were the first of their model, date and kind: bars restated later make another one."""
        seen: set[tuple[str, str, bool]] = set()
        first = np.zeros(len(self), dtype=np.bool_)
        keys = zip(
            self.model_version.tolist(),
            self.last_date.astype(str).tolist(),
            self.hindcast.tolist(),
            strict=True,
        )
        for row, key in enumerate(keys):
            first[row] = key not in seen
            seen.add(key)
        return first


def actual_closes(ledger: Ledger, series: BarSeries) -> Floats:
    """What each forecast session closed at, rebased for the splits since the vintage's last bar; NaN while unknown.

    `series` is raw; the result has shape (vintages, 30). A close after a 2-for-1 split counts double, for the share
    that was forecast has become two. A close that is not positive counts as unknown.
    """
    if not len(series):
        return np.full(ledger.session.shape, np.nan)
    shares = np.concatenate([[1.0], np.cumprod(series.split_ratio)])
    at_origin = shares[np.searchsorted(series.date, ledger.last_date, side="right")]
    place = np.minimum(np.searchsorted(series.date, ledger.session), len(series) - 1)
    closed = (series.date[place] == ledger.session) & (series.close[place] > 0.0)
    rebased = series.close[place] * (shares[place + 1] / at_origin[:, np.newaxis])
    actual: Floats = np.where(closed, rebased, np.nan)
    return actual
