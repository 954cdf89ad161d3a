"""Corporate actions as an answer tells them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from barline_ingestion.actions import (
    Action,
    actions_of_bars,
    actions_of_events,
    adjusted_close_difference,
)
from barline_ingestion.bar_payload import Bars
from barline_ingestion.event_payload import Actions
from barline_sandbox.history import real_history
from barline_sandbox.series import ListedSeries, adjusted_closes

HISTORY = real_history()


def bars_of(series: ListedSeries, *, adjusted: bool = True) -> Bars:
    return Bars(
        date=series.date,
        open=series.open,
        high=series.high,
        low=series.low,
        close=series.close,
        volume=series.volume.astype(np.float64),
        adjusted_close=adjusted_closes(series) if adjusted else None,
        dividend=series.dividend if adjusted else None,
        split=series.split if adjusted else None,
    )


def test_adjusted_bars_tell_the_actions_of_their_own_sessions() -> None:
    told = actions_of_bars(bars_of(HISTORY["AAPL"]))
    assert told is not None
    assert (told.first, told.last) == (date(2000, 3, 1), date(2013, 3, 1))
    assert told.actions == (
        Action("split", date(2000, 6, 21), 2.0),
        Action("split", date(2005, 2, 28), 2.0),
        Action("dividend", date(2012, 8, 9), 2.65),
        Action("dividend", date(2012, 11, 7), 2.65),
        Action("dividend", date(2013, 2, 7), 2.65),
    )


def test_plain_bars_tell_nothing_about_actions() -> None:
    assert actions_of_bars(bars_of(HISTORY["AAPL"], adjusted=False)) is None


def test_announced_actions_wait_for_their_day() -> None:
    events = Actions("dividend", (date(2013, 2, 6), date(2013, 5, 8)), (0.85, 0.95))
    told = actions_of_events(events, today=date(2013, 3, 1))
    assert told.kinds == ("dividend",)
    assert told.actions == (Action("dividend", date(2013, 2, 6), 0.85),)
    assert told.last == date(2013, 3, 1)


def test_two_actions_of_a_day_become_one() -> None:
    day = date(2004, 11, 15)
    paid = actions_of_events(Actions("dividend", (day, day), (3.0, 0.08)), today=day)
    assert [action.value for action in paid.actions] == pytest.approx([3.08])
    split = actions_of_events(Actions("split", (day, day), (2.0, 1.5)), today=day)
    assert [action.value for action in split.actions] == [3.0]


def test_a_split_of_one_and_a_dividend_of_nothing_are_none() -> None:
    day = date(2004, 11, 15)
    assert actions_of_events(Actions("split", (day,), (1.0,)), today=day).actions == ()
    assert actions_of_events(Actions("dividend", (day,), (0.0,)), today=day).actions == ()


@pytest.mark.parametrize("symbol", sorted(HISTORY))
def test_the_adjusted_close_of_the_upstream_agrees_with_its_actions(symbol: str) -> None:
    assert adjusted_close_difference(bars_of(HISTORY[symbol])) < 1e-12


def test_a_dividend_that_is_missing_in_the_answer_shows_as_a_difference() -> None:
    series = HISTORY["MSFT"]
    bars = bars_of(series)
    forgotten = np.where(series.date == np.datetime64("2004-11-15"), 0.0, series.dividend)
    assert adjusted_close_difference(replace(bars, dividend=forgotten)) > 0.09
    assert adjusted_close_difference(bars_of(series, adjusted=False)) == 0.0
