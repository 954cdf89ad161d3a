"""How numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barline_reports.formats import number, percent, plural, price, price_digits


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.1234, "+12.34%"),
        (-0.5458, "\u221254.58%"),
        (0.0, "0.00%"),
        (-0.0, "0.00%"),
        (-0.000001, "0.00%"),
        (12345.678, "+1,234,568%"),
        (None, "n/a"),
    ],
)
def test_percentages_carry_their_sign_and_zero_has_none(fraction: float | None, text: str) -> None:
    assert percent(fraction) == text


def test_thousands_are_separated() -> None:
    assert number(1234567.891) == "1,234,567.89"
    assert number(-1319.13, signed=True) == "\u22121,319.13"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (400000.0, "400,000.00"),
        (27.95, "27.95"),
        (0.0003123, "0.0003123"),
        (0.5, "0.5000"),
        (0.0, "0.00"),
    ],
)
def test_prices_of_any_size_keep_their_digits(value: float, text: str) -> None:
    assert price(value) == text


def test_numbers_nobody_counts_are_written_with_an_exponent() -> None:
    assert number(1.234e15) == "1.23\u00a0\u00d7\u00a010¹⁵"
    assert percent(-8.4e149) == "\u22128.40\u00a0\u00d7\u00a010¹⁵¹%"


def test_a_column_of_prices_has_as_many_digits_as_its_smallest_needs() -> None:
    digits = price_digits([None, 0.0, 1200.0, 0.025])
    assert [price(value, digits) for value in (1200.0, 0.025)] == ["1,200.00000", "0.02500"]


def test_one_is_singular() -> None:
    assert plural(1, "trade") == "1 trade"
    assert plural(5000, "trade") == "5,000 trades"
    assert plural(0, "trade") == "0 trades"


@given(st.floats(-1e9, 1e9))
def test_a_written_number_reads_back_as_itself(value: float) -> None:
    text = number(value, digits=4, signed=True)
    assert float(text.replace(",", "").replace("\u2212", "-")) == pytest.approx(value, abs=5.1e-5)
    assert ("\u2212" in text) <= (value < 0)
