"""How far and how long equity stood below its running peak."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_backtest.prices import DateArray, FloatArray

AT_PEAK = 1e-12  # a shortfall this small, relatively, is rounding: such a close stands at its peak


@dataclass(frozen=True, slots=True)
class DrawdownMetrics:
    """The deepest drawdown (a fraction, at most 0) with its dates, and the longest time spent below a peak.

    The trough is the first session of that depth.
    The peak is the last session at the peak before the trough, `None` when no close of the run reached the initial
    investment before; the recovery is the first session back at that peak, `None` while there is none. All dates are
    `None` when equity never stood below a peak.
    """

    max_drawdown: float
    drawdown_peak_date: date | None
    drawdown_trough_date: date | None
    drawdown_recovery_date: date | None
    longest_underwater_sessions: int
    ulcer_index: float


def drawdown_series(equity: FloatArray, initial_investment: float) -> FloatArray:
    """Equity over its running peak, minus 1; the peak starts at the initial investment.

    equity: float64 of shape (sessions,), positive, in currency. Returns fractions at most 0, of the same shape.
    """
    peak = np.maximum(np.maximum.accumulate(equity), initial_investment)
    drawdown = equity / peak - 1.0
    drawdown[drawdown > -AT_PEAK] = 0.0
    return drawdown


def measure_drawdown(drawdown: FloatArray, session_date: DateArray) -> DrawdownMetrics:
    """Summarise a series of `drawdown_series`; the ulcer index is the root of its mean square (Martin 1987)."""
    deepest = float(np.min(drawdown))
    # Costs alone can make two drawdowns of one depth; the first is meant, not the one that rounds lower.
    trough = int(np.argmax(drawdown <= deepest + AT_PEAK))
    at_peak = np.flatnonzero(drawdown == 0.0)
    spells = np.diff(np.concatenate(([-1], at_peak, [drawdown.size]))) - 1
    underwater = deepest < 0.0
    before, after = at_peak[at_peak < trough], at_peak[at_peak > trough]
    return DrawdownMetrics(
        max_drawdown=deepest,
        drawdown_peak_date=as_date(session_date, before[-1:]) if underwater else None,
        drawdown_trough_date=session_date[trough].item() if underwater else None,
        drawdown_recovery_date=as_date(session_date, after[:1]) if underwater else None,
        longest_underwater_sessions=int(spells.max()),
        ulcer_index=float(np.sqrt(np.mean(drawdown**2))),
    )


def as_date(
    session_date: DateArray, at_most_one: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> date | None:
    """The date of the one session given, `None` for none."""
    found: list[date] = session_date[at_most_one].tolist()
    return found[0] if found else None
