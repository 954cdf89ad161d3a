"""A line of closes small enough for a table row, as the points of an SVG polyline."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 96
HEIGHT = 28
MARGIN = 2
MOST_POINTS = 120


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`points` fit a view box of WIDTH x HEIGHT; `change` is the fraction from the first to the last close."""

    points: str
    change: float
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def end(self) -> tuple[str, str]:
        """Where the line ends, for a dot."""
        x, y = self.points.rsplit(" ", 1)[-1].split(",")
        return x, y


def sparkline(closes: Sequence[float]) -> Sparkline | None:
    """The line through `closes`, thinned to what can be seen; None when there is no line to draw."""
    if len(closes) < 2 or closes[0] <= 0:
        return None
    shown = thinned(closes)
    low, high = min(shown), max(shown)
    spread = high - low or 1.0
    step = (WIDTH - 2 * MARGIN) / (len(shown) - 1)
    points = " ".join(
        f"{MARGIN + index * step:.1f},"
        f"{HEIGHT - MARGIN - (close - low) / spread * (HEIGHT - 2 * MARGIN):.1f}"
        for index, close in enumerate(shown)
    )
    return Sparkline(points=points, change=closes[-1] / closes[0] - 1.0)


def thinned(closes: Sequence[float]) -> list[float]:
    """At most MOST_POINTS of them, evenly spread, the first and the last always among them."""
    if len(closes) <= MOST_POINTS:
        return list(closes)
    last = len(closes) - 1
    return [closes[round(index * last / (MOST_POINTS - 1))] for index in range(MOST_POINTS)]
