"""How numbers, dates and spans of time are written on the pages: the same everywhere, and as in the reports."""

import math
from datetime import datetime

MINUS = "\u2212"  # as wide as a digit, so that columns line up
UNKNOWN = "n/a"
NOTHING = "\u2013"  # a dash where there is nothing to say yet
MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


def thousands(value: float | None, digits: int = 0) -> str:
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{abs(value):,.{digits}f}"
    return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text


def signed_percent(fraction: float | None, digits: int = 2) -> str:
    """A fraction as a percentage with its sign; zero has none."""
    if fraction is None or not math.isfinite(fraction):
        return UNKNOWN
    text = thousands(fraction * 100, digits) + "%"
    return text if text.startswith(MINUS) or not fraction or text.strip("0.%") == "" else "+" + text


def price(value: float | None) -> str:
    """Two decimals, and more for prices so small that two would hide them."""
    if value is None or not math.isfinite(value) or value == 0 or abs(value) >= 1:
        return thousands(value, 2)
    return thousands(value, min(12, 3 - math.floor(math.log10(abs(value)))))


def plural(amount: int, one: str) -> str:
    """`1 session`, `2,000 sessions`."""
    return f"{thousands(amount)} {one if amount == 1 else one + 's'}"


def elapsed(then: datetime, now: datetime) -> str:
    """How long ago, in the one unit that matters."""
    seconds = (now - then).total_seconds()
    if seconds < 45:
        return "just now"
    return f"{span(seconds)} ago"


def remaining(then: datetime, now: datetime) -> str:
    """How long it will still take, roughly."""
    seconds = (then - now).total_seconds()
    return "almost done" if seconds < 2 else f"about {span(seconds)} left"


def span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * MINUTE_S:
        return f"{round(seconds / MINUTE_S)} min"
    if seconds < 36 * HOUR_S:
        return f"{round(seconds / HOUR_S)} h"
    return plural(round(seconds / DAY_S), "day")
