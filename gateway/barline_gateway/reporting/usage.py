"""What one has made here and may still ask for, as the account page tells it."""

from dataclasses import dataclass

from barline_gateway.reporting.numbers import thousands

UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


@dataclass(frozen=True, slots=True)
class Counted:
    """Any list of the API, of which only the number of its entries matters here."""

    count: int


def rate_in_words(rate: str) -> str:
    """`1200/min` as `1,200 a minute`: of the unit its first letter counts."""
    number, _, unit = rate.partition("/")
    return f"{thousands(int(number))} a {UNITS[unit[0]]}"
