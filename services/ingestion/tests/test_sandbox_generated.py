"""Made-up shares for load tests are the same everywhere, and plausible."""

import hashlib

import numpy as np
import pytest

from barline_core.sessions import calendar_for, sessions_between
from barline_sandbox.generated import GeneratedListing

LISTING = GeneratedListing(10_000)


def test_ten_thousand_symbols_are_listed_without_being_made() -> None:
    assert len(LISTING) == 10_000
    assert "GEN00050.LON" in LISTING
    assert "GEN00075-B" in LISTING
    assert "GEN10001" not in LISTING


@pytest.mark.parametrize("symbol", ["GEN00001", "GEN00050.LON", "GEN00075-B"])
def test_a_share_has_every_session_of_twenty_years(symbol: str) -> None:
    series = LISTING[symbol]
    first, last = series.date[0].item(), series.date[-1].item()
    assert np.array_equal(series.date, sessions_between(calendar_for(symbol), first, last))
    assert len(series) > 5000


@pytest.mark.parametrize("number", range(1, 40))
def test_its_bars_are_such_as_a_market_makes(number: int) -> None:
    series = LISTING[f"GEN{number:05d}"]
    assert np.all(series.low > 0.0)
    assert np.all(series.low <= np.minimum(series.open, series.close))
    assert np.all(series.high >= np.maximum(series.open, series.close))
    whole = (series.close[1:] + series.dividend[1:]) * series.split[1:] / series.close[:-1]
    assert np.all(np.abs(whole - 1.0) < 0.4)


def test_a_share_is_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(LISTING["GEN00007"].close.tobytes()).hexdigest()
    assert digest == "62bc2e14856bcf6f80a9cf15983060cfe574a9dcc91647c68251dd8df1931bb1"
