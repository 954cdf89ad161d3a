"""Where a symbol's bars lie in time, and where there are none: the strip under the chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LONGEST_CLOSURE_DAYS = 7  # exchanges close for holidays, but hardly ever longer
LENGTH = 100.0  # percent of the strip


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of bars without a gap: `x` and `width` are percentages of the strip."""

    first_date: date
    last_date: date
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class YearMark:
    """Where a year begins on the strip."""

    year: int
    x: float


@dataclass(frozen=True, slots=True)
class Strip:
    stretches: tuple[Stretch, ...]
    years: tuple[YearMark, ...]

    @property
    def gaps(self) -> int:
        return max(0, len(self.stretches) - 1)


def coverage_strip(dates: Sequence[date]) -> Strip | None:
    """The stretches of ascending `dates`; None when there are no dates."""
    if not dates:
        return None
    first, last = dates[0], dates[-1]
    span = max(1, (last - first).days + 1)

    def place(day: date) -> float:
        return round((day - first).days / span * LENGTH, 3)

    runs: list[tuple[date, date]] = []
    start = previous = first
    for day in dates[1:]:
        if (day - previous).days > LONGEST_CLOSURE_DAYS:
            runs.append((start, previous))
            start = day
        previous = day
    runs.append((start, last))
    one_day = LENGTH / span
    return Strip(
        stretches=tuple(
            Stretch(a, b, place(a), round(max(place(b) - place(a) + one_day, 0.15), 3))
            for a, b in runs
        ),
        years=year_marks(first, last, span),
    )


def year_marks(first: date, last: date, span: int) -> tuple[YearMark, ...]:
    """At most about ten marks, on round years when there are many."""
    years = range(first.year + 1, last.year + 1)
    step = max(1, -(-len(years) // 10))
    return tuple(
        YearMark(year, round((date(year, 1, 1) - first).days / span * LENGTH, 3))
        for year in years
        if year % step == 0
    )
