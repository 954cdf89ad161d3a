import datetime as dt

import pytest

from barline_core.sessions import calendar_for, latest_session, next_sessions, sessions_between


@pytest.mark.parametrize(
    ("symbol", "calendar"),
    [
        ("IBM", "XNYS"),
        ("BRK.B", "XNYS"),
        ("TSCO.LON", "XLON"),
        ("MBG.DEX", "XETR"),
        ("SHOP.TRT", "XTSE"),
        ("RELIANCE.BSE", "XBOM"),
    ],
)
def test_the_suffix_names_the_exchange(symbol: str, calendar: str) -> None:
    assert calendar_for(symbol) == calendar


def test_new_york_closes_for_independence_day_but_not_for_the_half_day_before() -> None:
    days = sessions_between("XNYS", dt.date(2012, 7, 2), dt.date(2012, 7, 6)).astype(str).tolist()
    assert days == ["2012-07-02", "2012-07-03", "2012-07-05", "2012-07-06"]


def test_the_week_after_september_eleventh_2001_had_no_sessions() -> None:
    assert next_sessions("XNYS", dt.date(2001, 9, 10), 1).astype(str).tolist() == ["2001-09-17"]


def test_thirty_sessions_after_the_last_bar_of_the_sandbox() -> None:
    days = next_sessions("XNYS", dt.date(2013, 3, 1), 30)
    assert len(days) == 30
    assert "2013-03-29" not in days.astype(str)  # Good Friday


@pytest.mark.parametrize("calendar", ["XNYS", "XLON", "XETR", "XTSE", "XBOM", "XTSX", "XSHG"])
def test_outside_the_calendars_years_every_weekday_counts(calendar: str) -> None:
    assert next_sessions(calendar, dt.date(2060, 1, 2), 3).astype(str).tolist() == [
        "2060-01-05",
        "2060-01-06",
        "2060-01-07",
    ]
    assert len(sessions_between(calendar, dt.date(1950, 1, 2), dt.date(1950, 1, 8))) == 5


def test_reversed_dates_have_no_sessions() -> None:
    assert len(sessions_between("XNYS", dt.date(2012, 1, 5), dt.date(2012, 1, 4))) == 0


def test_the_latest_session_on_a_sunday_is_friday() -> None:
    assert latest_session("XNYS", dt.date(2013, 3, 3)) == dt.date(2013, 3, 1)
