"""Stored forecasts beside the closes that came, and beside what the baselines said at the same bars."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from barline_core.bars import BarSeries
from barline_prediction.intervals import Floats
from barline_prediction.ledger import Flags, Ledger, actual_closes

NAIVE = "naive"


@dataclass(frozen=True, slots=True)
class Met:
    """Forecasts beside what happened: everything of shape (vintages, 30), NaN where there is no outcome.

    `baseline_quantiles` are of the log return since the last bar, shape (vintages, 30, 5), NaN where there are none.
    """

    ledger: Ledger
    actual: Floats
    baseline_quantiles: Mapping[str, Floats]

    @property
    def known(self) -> Flags:
        return np.isfinite(self.actual)

    def where(self, kept: Flags) -> "Met":
        return Met(
            self.ledger.where(kept),
            self.actual[kept],
            {name: quantiles[kept] for name, quantiles in self.baseline_quantiles.items()},
        )

    def log_return(self) -> Floats:
        moved: Floats = np.log(self.actual / self.ledger.last_close[:, np.newaxis])
        return moved

    def log_quantiles(self, prices: Floats) -> Floats:
        since: Floats = np.log(prices / self.ledger.last_close[:, np.newaxis, np.newaxis])
        return since


def meet(
    ledger: Ledger, series: BarSeries, baseline_quantiles: Mapping[str, Floats] | None = None
) -> Met:
    """The forecasts with the closes there are of their sessions; `series` is raw."""
    met = Met(ledger, actual_closes(ledger, series), {})
    naive = {NAIVE: met.log_quantiles(ledger.naive)}
    return Met(ledger, met.actual, naive | dict(baseline_quantiles or {}))
