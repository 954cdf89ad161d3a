"""From the database to what the engine takes: prices in one basis, and what is known to be wrong with them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy.orm import Session

from barline_backtest.answer import Coverage
from barline_backtest.data_findings import DataFaults
from barline_backtest.errors import no_sessions
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray, Prices, usable_prices
from barline_backtest.store.runs import load_bars
from barline_core.bars import BarSeries, PriceBasis, adjusted
from barline_core.sessions import calendar_for, sessions_between


@dataclass(frozen=True, slots=True)
class StoredBars:
    """A symbol's raw series, and what it was fetched with."""

    series: BarSeries
    capability: str | None

    @property
    def data_version(self) -> str:
        return self.series.data_version

    def prices(self, price_basis: PriceBasis) -> Prices:
        """The sessions that can be traded, in a price basis."""
        return self._usable(price_basis)[0]

    def faults(self) -> DataFaults:
        """Sessions without a bar, and bars without a price."""
        return DataFaults(self._missing(), self._usable("raw")[1], self.series.actions_known)

    def coverage(self) -> Coverage:
        first_date: date = self.series.date[0].item()
        last_date: date = self.series.date[-1].item()
        missing = int(self._missing().size)
        return Coverage(first_date, last_date, len(self.series), missing, self.capability)

    def _usable(self, price_basis: PriceBasis) -> tuple[Prices, DateArray]:
        view = adjusted(self.series, price_basis)
        return usable_prices(view.date, view.open, view.close)

    def _missing(self) -> DateArray:
        return missing_sessions(self.series)


def read_stored_bars(session: Session, parameters: RunParameters) -> StoredBars:
    """The symbol's bars as known at `parameters.known_at`. Raises UnknownSymbol, or NotEnoughHistory without a bar."""
    series, capability = load_bars(session, parameters.symbol, parameters.known_at)
    if not len(series):
        raise no_sessions(series, parameters)
    return StoredBars(series, capability)


def missing_sessions(series: BarSeries) -> DateArray:
    """The exchange's sessions between the first and the last bar that have no bar."""
    calendar = calendar_for(series.symbol)
    expected = sessions_between(calendar, series.date[0].item(), series.date[-1].item())
    # Both are sorted, so that each session's place among the bars says whether it has one.
    place = np.searchsorted(series.date, expected)
    missing: DateArray = expected[series.date[place] != expected]
    return missing
