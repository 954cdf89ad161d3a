"""What is odd about a symbol's bars: found, stored and shown, never silently repaired."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from barline_core.bars import BarSeries, Dates

Severity = Literal["info", "warning", "error"]

LARGEST_MOVE = 0.40  # a daily move beyond this needs a corporate action to be believed
ADJUSTED_CLOSE_TOLERANCE = 0.005
DATES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One oddity: `dates` are the first sessions it concerns, `count` how many there are."""

    id: str
    severity: Severity
    message: str
    count: int = 0
    dates: tuple[date, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {
            "id": self.id,
            "severity": self.severity,
            "message": self.message,
            "count": self.count,
            "dates": [day.isoformat() for day in self.dates],
        }


@dataclass(frozen=True, slots=True)
class Rule:
    """A test of each session: `broken` gives a mask of shape (sessions,)."""

    id: str
    severity: Severity
    message: str
    broken: Callable[[BarSeries], NDArray[np.bool_]]


def moves_without_action(series: BarSeries) -> NDArray[np.bool_]:
    """Sessions whose close moved beyond ±40 % after their own split and dividend are allowed for."""
    moved = np.zeros(len(series), dtype=np.bool_)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = (series.close[1:] + series.dividend[1:]) * series.split_ratio[1:]
        moved[1:] = np.abs(whole / series.close[:-1] - 1.0) > LARGEST_MOVE
    return moved


def outside_range(series: BarSeries) -> NDArray[np.bool_]:
    """Sessions whose open or close lies above the high or below the low."""
    above = np.maximum(series.open, series.close) > series.high
    below = np.minimum(series.open, series.close) < series.low
    return above | below


RULES: Sequence[Rule] = (
    Rule(
        "non-positive-price",
        "error",
        "a price is zero or below",
        lambda bars: np.minimum.reduce([bars.open, bars.high, bars.low, bars.close]) <= 0.0,
    ),
    Rule(
        "high-below-low",
        "error",
        "the high is below the low",
        lambda bars: bars.high < bars.low,
    ),
    Rule(
        "open-close-outside-range",
        "warning",
        "the open or the close lies outside high and low",
        outside_range,
    ),
    Rule("negative-volume", "error", "the volume is below zero", lambda bars: bars.volume < 0.0),
    Rule("zero-volume", "info", "no share was traded", lambda bars: bars.volume == 0.0),
    Rule(
        "split-suspected",
        "warning",
        "the close moved by more than 40 % and no corporate action on record explains it",
        moves_without_action,
    ),
)


def findings_of(series: BarSeries, expected_sessions: Dates) -> tuple[Finding, ...]:
    """Everything odd about the stored bars. `expected_sessions` are those the exchange was open."""
    if len(series) == 0:
        return ()
    found = [
        finding_on(rule.id, rule.severity, rule.message, series.date[rule.broken(series)])
        for rule in RULES
    ]
    missing = np.setdiff1d(expected_sessions, series.date, assume_unique=True)
    unexpected = np.setdiff1d(series.date, expected_sessions, assume_unique=True)
    found.append(
        finding_on("missing-sessions", "warning", "the exchange was open, but has no bar", missing)
    )
    found.append(
        finding_on("unexpected-sessions", "info", "the exchange's calendar was closed", unexpected)
    )
    if not series.actions_known:
        found.append(ACTIONS_UNKNOWN)
    return tuple(finding for finding in found if finding is not None)


ACTIONS_UNKNOWN = Finding(
    "actions-unknown",
    "warning",
    "Splits and dividends are not known yet: split-adjusted and total-return prices may be wrong.",
)


def finding_on(
    identifier: str, severity: Severity, message: str, days: Dates | Iterable[date]
) -> Finding | None:
    """A finding about some sessions, or nothing when there are none."""
    dates = [day if isinstance(day, date) else day.item() for day in days]
    if not dates:
        return None
    sessions = "1 session" if len(dates) == 1 else f"{len(dates)} sessions"
    return Finding(
        identifier,
        severity,
        f"{sessions} from {dates[0]}: {message}.",
        count=len(dates),
        dates=tuple(dates[:DATES_SHOWN]),
    )


def answer_findings(duplicates: Sequence[date], difference: float) -> tuple[Finding, ...]:
    """What is odd about an answer itself, and can not be seen in the stored bars any more."""
    found = [
        finding_on("duplicate-sessions", "warning", "came twice; the first was kept", duplicates)
    ]
    if difference > ADJUSTED_CLOSE_TOLERANCE:
        found.append(
            Finding(
                "adjusted-close-differs",
                "warning",
                f"The upstream's adjusted close differs by up to {difference:,.2%} from what its "
                "own splits and dividends give.",
            )
        )
    return tuple(finding for finding in found if finding is not None)
