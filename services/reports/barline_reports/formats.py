"""How numbers and dates are written in a report: signs, thousands and digits are the same everywhere."""

import math
from collections.abc import Iterable
from datetime import date

MINUS = "\u2212"  # the typographic minus is as wide as a digit, so that columns line up
UNKNOWN = "n/a"
LARGEST_WRITTEN_OUT = (
    1e12  # beyond, a power of ten: the digits would not fit, and nobody counts them
)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(fraction: float | None, *, digits: int = 2, signed: bool = True) -> str:
    """A fraction as a percentage; a signed zero has no sign. `None` reads "n/a"."""
    if fraction is None:
        return UNKNOWN
    if abs(fraction) >= 1000:
        digits = 0
    return _number(fraction * 100, digits, signed=signed) + "%"


def number(value: float | None, *, digits: int = 2, signed: bool = False) -> str:
    return UNKNOWN if value is None else _number(value, digits, signed=signed)


def count(value: float | None) -> str:
    return UNKNOWN if value is None else _number(value, 0, signed=False)


def price_digits(prices: Iterable[float | None]) -> int:
    """Decimals that show the smallest of `prices` with four digits, and all of them alike: 400,000.00 and 0.0003123."""
    sizes = [abs(price) for price in prices if price]
    smallest = min(sizes, default=1.0)
    if smallest >= 1:
        return 2
    return min(12, 3 - math.floor(math.log10(smallest)))


def price(value: float | None, digits: int | None = None) -> str:
    return number(value, digits=price_digits([value]) if digits is None else digits)


def day(value: date | None) -> str:
    return "not yet" if value is None else value.isoformat()


def plural(amount: int, one: str, many: str | None = None) -> str:
    """`1 trade`, `2 trades`, `1,000 trades`."""
    return f"{count(amount)} {one if amount == 1 else many or one + 's'}"


def _number(value: float, digits: int, *, signed: bool) -> str:
    huge = abs(value) >= LARGEST_WRITTEN_OUT
    text = power_of_ten(abs(value), 2) if huge else f"{abs(value):,.{digits}f}"
    if not any(character in "123456789" for character in text):
        return text
    if value < 0:
        return MINUS + text
    return "+" + text if signed else text


def power_of_ten(value: float, digits: int) -> str:
    """1.23 times 10¹⁵, held together by spaces that do not break."""
    mantissa, _, exponent = f"{value:.{digits}e}".partition("e+")
    return f"{mantissa}\u00a0\u00d7\u00a010{exponent.lstrip('0').translate(RAISED)}"
