"""How far and how long equity stood below its running peak."""

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_backtest.compilation import compiled
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


@compiled
def drawdown_series(equity: FloatArray, initial_investment: float) -> FloatArray:
    """Equity over its running peak, minus 1; the peak starts at the initial investment.

    equity: float64 of shape (sessions,), positive, in currency. Returns fractions at most 0, of the same shape.
    """
    drawdown = np.empty(equity.size)
    peak = initial_investment
    for i in range(equity.size):
        peak = max(peak, equity[i])
        fall = equity[i] / peak - 1.0
        drawdown[i] = 0.0 if fall > -AT_PEAK else fall
    return drawdown


def measure_drawdown(drawdown: FloatArray, session_date: DateArray) -> DrawdownMetrics:
    """Summarise a series of `drawdown_series`; the ulcer index is the root of its mean square (Martin 1987)."""
    deepest, peak, trough, recovery, longest, squares = survey(drawdown)
    underwater = deepest < 0.0
    return DrawdownMetrics(
        max_drawdown=deepest,
        drawdown_peak_date=session_date[peak].item() if underwater and peak >= 0 else None,
        drawdown_trough_date=session_date[trough].item() if underwater else None,
        drawdown_recovery_date=(
            session_date[recovery].item() if underwater and recovery < drawdown.size else None
        ),
        longest_underwater_sessions=longest,
        ulcer_index=math.sqrt(squares / drawdown.size),
    )


@compiled
def survey(drawdown: FloatArray) -> tuple[float, int, int, int, int, float]:
    """The deepest fall, its peak, trough and recovery sessions, the longest time below a peak, the sum of squares.

    The peak is -1 when no session before the trough stands at one, the recovery the number of sessions without one.
    """
    deepest, longest, spell, squares = 0.0, 0, 0, 0.0
    for fall in drawdown:
        deepest = min(deepest, fall)
        spell = 0 if fall == 0.0 else spell + 1
        longest = max(longest, spell)
        squares += fall * fall
    peak, trough = -1, 0
    # Costs alone can make two drawdowns of one depth; the first is meant, not the one that rounds lower.
    while drawdown[trough] > deepest + AT_PEAK:
        if drawdown[trough] == 0.0:
            peak = trough
        trough += 1
    recovery = trough + 1
    while recovery < drawdown.size and drawdown[recovery] != 0.0:
        recovery += 1
    return deepest, peak, trough, recovery, longest, squares
