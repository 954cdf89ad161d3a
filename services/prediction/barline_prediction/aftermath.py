"""What surrounds a forecast in time: the closes before it and, once there are some, those it was about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a column of the closes

import numpy as np

from barline_core.bars import BarSeries, Floats, adjusted

HISTORY_SESSIONS = 250


@dataclass(frozen=True, slots=True)
class Closes:
    """Closes by session, oldest first, in the prices of a forecast's last bar; `close` of shape (sessions,)."""

    date: tuple[Date, ...]
    close: Floats


def history(used: BarSeries) -> Closes:
    """The last 250 closes of the bars a forecast used, adjusted for splits up to its last bar."""
    split_adjusted = adjusted(used, "split")
    dates = [day.item() for day in used.date[-HISTORY_SESSIONS:]]
    return Closes(tuple(dates), split_adjusted.close[-HISTORY_SESSIONS:])


def actuals(series: BarSeries, last_date: Date, sessions: Sequence[Date]) -> Closes:
    """The closes of those `sessions` after `last_date` that have a bar, rebased for the splits since `last_date`.

    `series` is raw. A close after a 2-for-1 split counts double, for the share of `last_date` has become two.
    """
    after = int(np.searchsorted(series.date, np.datetime64(last_date), side="right"))
    dates = series.date[after:]
    rebased = series.close[after:] * np.cumprod(series.split_ratio[after:])
    forecast = np.isin(dates, np.array(sessions, dtype="datetime64[D]"))
    return Closes(tuple(day.item() for day in dates[forecast]), rebased[forecast])
