"""Bars and parameters for tests: small ones by hand, random ones by hypothesis."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from barline_backtest.data_findings import DataFaults
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices

from .slow_loop import Choices

FIRST_DAY = date(2020, 1, 1)
STEPS_CENTS = (0, -900, -250, -100, -30, -1, 0, 0, 1, 30, 110, 260, 1000)
GAPS_DAYS = (1, 1, 1, 3, 11)
NO_DATES = np.array([], dtype="datetime64[D]")
NO_FAULTS = DataFaults(missing=NO_DATES, unusable=NO_DATES, actions_known=True)


def prices_of(
    closes: list[float], opens: list[float] | None = None, days: list[date] | None = None
) -> Prices:
    days = days or [FIRST_DAY + timedelta(days=i) for i in range(len(closes))]
    return Prices(
        date=np.array(days, dtype="datetime64[D]"),
        open=np.array(closes if opens is None else opens, dtype=np.float64),
        close=np.array(closes, dtype=np.float64),
    )


def asked(choices: Choices) -> RunParameters:
    return RunParameters(
        symbol="TEST",
        winbuy=choices.winbuy,
        winsell=choices.winsell,
        initial_investment=choices.initial,
        start=choices.start,
        end=choices.end,
        rule=choices.rule,
        fill=choices.fill,
        average=choices.average,
        price_basis="raw",
        commission_bps=choices.commission_bps,
        slippage_bps=choices.slippage_bps,
        shares="whole" if choices.whole else "fractional",
        risk_free=choices.risk_free,
    )


@dataclass(frozen=True)
class Case:
    days: list[date]
    opens: list[float]
    closes: list[float]
    choices: Choices

    @property
    def prices(self) -> Prices:
        return prices_of(self.closes, self.opens, self.days)


@st.composite
def cases(draw: st.DrawFn, *, max_sessions: int = 120) -> Case:
    """Walks in cents with plateaus (ties with the average), gaps in the calendar, and every choice there is."""
    # A byte a session says both how far it moves and how long it is to the next: bytes are drawn at once.
    course = draw(st.binary(min_size=1, max_size=max_sessions))
    level = draw(st.sampled_from([50, 999, 3_333, 20_000]))
    closes, opens, days = [], [], []
    day = FIRST_DAY
    for byte in course:
        move = STEPS_CENTS[byte % len(STEPS_CENTS)]
        opens.append(max(level + move // 3, 1) / 100)
        level = max(level + move, 1)
        closes.append(level / 100)
        days.append(day)
        day += timedelta(days=GAPS_DAYS[byte // len(STEPS_CENTS) % len(GAPS_DAYS)])
    choices = Choices(
        winbuy=draw(st.integers(2, 25)),
        winsell=draw(st.integers(2, 25)),
        initial=draw(st.sampled_from([10_000.0, 137.5, 1.0])),
        start=draw(st.none() | st.sampled_from(days)),
        end=None,
        rule=draw(st.sampled_from(["level", "cross"])),
        fill=draw(st.sampled_from(["next_open", "next_close", "same_close"])),
        average=draw(st.sampled_from(["sma", "ema"])),
        commission_bps=draw(st.sampled_from([0.0, 0.0, 5.0, 37.5, 900.0])),
        slippage_bps=draw(st.sampled_from([0.0, 0.0, 3.0, 12.5, 700.0])),
        whole=draw(st.booleans()),
        risk_free=draw(st.sampled_from([0.0, 0.02, -0.005])),
    )
    if draw(st.booleans()):
        end = draw(
            st.sampled_from([d for d in days if choices.start is None or d >= choices.start])
        )
        choices = Choices(**{**vars(choices), "end": end})
    return Case(days, opens, closes, choices)
