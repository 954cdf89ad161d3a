"""The pure parts behind the charts: candles, averages, resampling, sparkline, coverage."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barline_gateway.reporting.bars import Bar, CorporateAction, corporate_actions, moving_average
from barline_gateway.reporting.candles import View, candle_figure
from barline_gateway.reporting.coverage import coverage_strip
from barline_gateway.reporting.palette import DARK_PARTNERS
from barline_gateway.reporting.resampling import candle_step, resampled
from barline_gateway.reporting.sparkline import HEIGHT, MOST_POINTS, WIDTH, sparkline

PRICES = st.floats(min_value=0.0001, max_value=400_000)
MONDAY = date(2024, 1, 1)


def bars_of(closes: list[float], first: date = MONDAY) -> list[Bar]:
    days = (first + timedelta(days=offset) for offset in range(10**6))
    sessions = (day for day in days if day.weekday() < 5)
    return [
        Bar(day, close, close * 1.01, close * 0.99, close, 1000.0)
        for close, day in zip(closes, sessions, strict=False)
    ]


@given(st.lists(PRICES, min_size=1, max_size=80), st.integers(2, 30))
def test_an_average_is_the_mean_of_its_window(closes: list[float], window: int) -> None:
    averages = moving_average(closes, window)
    for position, average in enumerate(averages):
        inside = closes[max(0, position - window + 1) : position + 1]
        if len(inside) < window:
            assert average is None
        else:
            assert average == pytest.approx(sum(inside) / window, rel=1e-6, abs=1e-6)


def test_actions_are_read_off_the_raw_bars_newest_first() -> None:
    plain = Bar(MONDAY, 1, 1, 1, 1, 1, dividend=0.0, split=1.0)
    both = Bar(MONDAY + timedelta(days=1), 1, 1, 1, 1, 1, dividend=0.5, split=2.0)
    found = corporate_actions((plain, both))
    assert [(one.kind, one.value) for one in found] == [("dividend", 0.5), ("split", 2.0)]
    assert corporate_actions((Bar(MONDAY, 1, 1, 1, 1, 1),)) == ()


@given(st.lists(PRICES, min_size=1, max_size=300), st.sampled_from(["day", "week", "month"]))
def test_resampled_candles_keep_the_extremes_and_all_the_volume(
    closes: list[float], step: str
) -> None:
    bars = bars_of(closes)
    candles = resampled(bars, step)
    assert candles[0].open == bars[0].open
    assert candles[-1].close == bars[-1].close
    assert max(one.high for one in candles) == max(bar.high for bar in bars)
    assert min(one.low for one in candles) == min(bar.low for bar in bars)
    assert sum(one.volume for one in candles) == sum(bar.volume for bar in bars)
    beginnings = [one.begins for one in candles]
    assert beginnings == sorted(set(beginnings))


@pytest.mark.parametrize(
    ("sessions", "step"), [(1, "day"), (420, "day"), (421, "week"), (2100, "week"), (2101, "month")]
)
def test_a_chart_never_has_more_candles_than_can_be_read(sessions: int, step: str) -> None:
    assert candle_step(sessions) == step


def test_the_figure_shows_only_its_span_but_averages_know_what_came_before() -> None:
    bars = bars_of([float(number) for number in range(1, 301)])
    figure = candle_figure(View(bars, (), bars[250].date, "Price"))
    candles, average, *_ = figure["data"]
    assert len(candles["x"]) == 50
    assert average["name"] == "50-session average"
    assert average["y"][0] == pytest.approx(sum(range(202, 252)) / 50)


def test_splits_are_marked_and_dividends_have_a_sign_of_their_own() -> None:
    bars = bars_of([10.0] * 60)
    actions = [
        CorporateAction(bars[30].date, "split", 2.0),
        CorporateAction(bars[40].date, "dividend", 0.25),
        CorporateAction(date(1990, 1, 2), "split", 3.0),
    ]
    figure = candle_figure(View(bars, actions, None, "Price"))
    assert len(figure["layout"]["shapes"]) == 1
    assert figure["data"][-1]["customdata"] == [0.25]


def test_every_colour_of_the_figure_has_a_dark_partner() -> None:
    bars = bars_of([10.0] * 250)
    actions = [CorporateAction(bars[30].date, kind, 2.0) for kind in ("split", "dividend")]
    text = json.dumps(candle_figure(View(bars, actions, None, "Price")), allow_nan=False)
    used = {part.split('"')[0] for part in text.split('"#')[1:]}
    assert used
    assert {f"#{colour}" for colour in used} <= set(DARK_PARTNERS)


@given(st.lists(PRICES, min_size=2, max_size=400))
def test_a_sparkline_stays_inside_its_box(closes: list[float]) -> None:
    line = sparkline(closes)
    assert line is not None
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert 2 <= len(points) <= MOST_POINTS
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert line.change == pytest.approx(closes[-1] / closes[0] - 1)


@pytest.mark.parametrize("closes", [[], [5.0], [0.0, 1.0]])
def test_there_is_no_sparkline_where_there_is_nothing_to_draw(closes: list[float]) -> None:
    assert sparkline(closes) is None


def test_the_strip_shows_a_gap_but_not_a_weekend() -> None:
    days = [bar.date for bar in bars_of([1.0] * 30)]
    later = [bar.date for bar in bars_of([1.0] * 30, first=days[-1] + timedelta(days=30))]
    strip = coverage_strip(days + later)
    assert strip is not None
    assert strip.gaps == 1
    first, second = strip.stretches
    assert first.x == 0
    assert first.x + first.width < second.x
    assert second.x + second.width == pytest.approx(100, abs=0.1)
    assert coverage_strip([]) is None


@given(st.lists(st.dates(date(1950, 1, 1), date(2030, 1, 1)), min_size=1, unique=True))
def test_the_strip_never_leaves_its_place(days: list[date]) -> None:
    strip = coverage_strip(sorted(days))
    assert strip is not None
    assert all(0 <= one.x <= 100 and one.x + one.width <= 100.2 for one in strip.stretches)
    assert len(strip.years) <= 12
