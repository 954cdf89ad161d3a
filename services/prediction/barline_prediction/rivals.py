"""What the other naive methods would have said at the last bar of each stored forecast, for the scorecard.

GARCH(1,1) is not among them: its package would add 68 MB to a service of 254 and seconds to its first answer. The
model card compares with it on the held-out years.
"""

from collections.abc import Callable, Mapping

import numpy as np

from barline_core.bars import BarSeries
from barline_prediction.baselines import RANDOM_WALK_SESSIONS, ewma, historical_simulation
from barline_prediction.intervals import LEVELS, STEPS, Floats, Integers
from barline_prediction.ledger import Ledger
from barline_prediction.making import model_closes, usable_bars

RIVALS: Mapping[str, Callable[[Floats, Integers], Floats]] = {
    "ewma": ewma,
    "historical_simulation": historical_simulation,
}


def rival_quantiles(ledger: Ledger, series: BarSeries) -> dict[str, Floats]:
    """Log-return quantiles of each method, shape (vintages, 30, 5); NaN where the bars no longer reach back.

    Computed from the bars as they are now: a restated bar changes them, while the naive baseline was stored with the
    forecast. `series` is raw. One computation serves all vintages of a date.
    """
    bars = usable_bars(series)
    found = np.searchsorted(bars.date, ledger.last_date)
    place = np.minimum(found, max(0, len(bars) - 1))
    there = (found < len(bars)) & (found >= RANDOM_WALK_SESSIONS)
    there &= bars.date[place] == ledger.last_date if len(bars) else False
    quantiles = {name: np.full((len(ledger), STEPS, len(LEVELS)), np.nan) for name in RIVALS}
    if there.any():
        origins, row = np.unique(place[there], return_inverse=True)
        closes = model_closes(bars)
        for name, method in RIVALS.items():
            quantiles[name][there] = method(closes, origins)[row]
    return quantiles
