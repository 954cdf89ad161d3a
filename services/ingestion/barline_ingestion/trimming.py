"""Leaves out of an answer the bar of a session that is still open: it would be stored as if final."""

from dataclasses import replace
from datetime import date

import numpy as np

from barline_ingestion.bar_payload import Bars


def final_bars(bars: Bars, latest_final: date) -> Bars | None:
    """The bars of sessions that are over, by our clock and by the upstream's word; None without
    any.
    """
    final = bars.date <= np.datetime64(latest_final)
    if bars.unfinished is not None:
        final &= bars.date != np.datetime64(bars.unfinished)
    if final.all():
        return bars
    if not final.any():
        return None
    return replace(
        bars,
        date=bars.date[final],
        open=bars.open[final],
        high=bars.high[final],
        low=bars.low[final],
        close=bars.close[final],
        volume=bars.volume[final],
        adjusted_close=None if bars.adjusted_close is None else bars.adjusted_close[final],
        dividend=None if bars.dividend is None else bars.dividend[final],
        split=None if bars.split is None else bars.split[final],
    )
