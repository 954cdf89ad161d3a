"""How numbers, dates and spans of time are written."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from barline_gateway.reporting import numbers

NOW = datetime(2024, 5, 31, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 0, "0"),
        (1234567, 0, "1,234,567"),
        (-1234.5, 2, "\u22121,234.50"),
        (-0.001, 2, "0.00"),
        (None, 0, "n/a"),
        (math.nan, 2, "n/a"),
    ],
)
def test_thousands_are_separated_and_a_minus_is_a_minus(
    value: float | None, digits: int, text: str
) -> None:
    assert numbers.thousands(value, digits) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.1234, "+12.34%"), (-0.5, "\u221250.00%"), (0.0, "0.00%"), (1e-9, "0.00%"), (None, "n/a")],
)
def test_percentages_carry_their_sign(fraction: float | None, text: str) -> None:
    assert numbers.signed_percent(fraction) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(400_000.0, "400,000.00"), (27.95, "27.95"), (0.0003123, "0.0003123"), (0.0, "0.00")],
)
def test_prices_keep_four_digits_however_small(value: float, text: str) -> None:
    assert numbers.price(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "just now"),
        (80, "80 s ago"),
        (600, "10 min ago"),
        (7200, "2 h ago"),
        (200_000, "2 days ago"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(seconds: int, text: str) -> None:
    assert numbers.elapsed(NOW - timedelta(seconds=seconds), NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "almost done"), (30, "about 30 s left"), (300, "about 5 min left")]
)
def test_the_rest_of_a_job_is_told_roughly(seconds: int, text: str) -> None:
    assert numbers.remaining(NOW + timedelta(seconds=seconds), NOW) == text


def test_one_is_not_many() -> None:
    assert numbers.plural(1, "session") == "1 session"
    assert numbers.plural(2000, "session") == "2,000 sessions"
