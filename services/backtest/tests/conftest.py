"""Fixtures of the backtest service's tests."""

from datetime import date

import pytest
from bokeh_sampledata.stocks import MSFT

from .cases import Case
from .slow_loop import Choices


@pytest.fixture(scope="session")
def msft() -> Case:
    """Real raw bars of 2000 to 2013, with the windows most people try first."""
    bars = sorted(zip(MSFT["date"], MSFT["open"], MSFT["close"], strict=True))
    days, opens, closes = (list(column) for column in zip(*bars, strict=True))
    return Case(
        [date.fromisoformat(day) for day in days],
        opens,
        closes,
        Choices(winbuy=50, winsell=200),
    )
