"""What is odd about bars is found, and what is not is left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from barline_core.bars import BarSeries
from barline_core.sessions import sessions_between
from barline_ingestion.quality import Finding, answer_findings, findings_of
from barline_sandbox.history import real_history

HISTORY = real_history()


def stored(symbol: str) -> BarSeries:
    series = HISTORY[symbol]
    return BarSeries(
        symbol=symbol,
        date=series.date,
        open=series.open,
        high=series.high,
        low=series.low,
        close=series.close,
        volume=series.volume.astype(np.float64),
        split_ratio=series.split,
        dividend=series.dividend,
        actions_known=True,
        data_version="",
    )


def found(series: BarSeries) -> dict[str, Finding]:
    first, last = series.date[0].item(), series.date[-1].item()
    expected = sessions_between("XNYS", first, last)
    return {finding.id: finding for finding in findings_of(series, expected)}


def at(array: np.ndarray, row: int, value: float) -> np.ndarray:
    changed = array.copy()
    changed[row] = value
    return changed


@pytest.mark.parametrize("symbol", ["FB", "GOOG", "IBM", "MSFT"])
def test_real_bars_with_their_actions_have_no_findings(symbol: str) -> None:
    assert found(stored(symbol)) == {}


def test_a_real_crash_without_an_action_is_shown_as_a_suspected_split() -> None:
    """Apple fell by 52 % on a profit warning: a person has to judge, so it is only shown."""
    findings = found(stored("AAPL"))
    assert list(findings) == ["split-suspected"]
    assert [str(day) for day in findings["split-suspected"].dates] == ["2000-09-29"]


def test_a_split_that_is_not_on_record_is_suspected() -> None:
    series = stored("MSFT")
    without = replace(series, split_ratio=np.ones(len(series)))
    assert [str(day) for day in found(without)["split-suspected"].dates] == ["2003-02-18"]


def test_unknown_actions_are_said_to_be_unknown() -> None:
    assert list(found(replace(stored("IBM"), actions_known=False))) == ["actions-unknown"]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (lambda bars: replace(bars, low=at(bars.low, 7, 0.0)), {"non-positive-price"}),
        (
            lambda bars: replace(bars, high=at(bars.high, 7, bars.low[7] - 1)),
            {"high-below-low", "open-close-outside-range"},
        ),
        (
            lambda bars: replace(bars, close=at(bars.close, 7, bars.high[7] + 0.01)),
            {"open-close-outside-range"},
        ),
        (lambda bars: replace(bars, volume=at(bars.volume, 7, 0.0)), {"zero-volume"}),
        (lambda bars: replace(bars, volume=at(bars.volume, 7, -5.0)), {"negative-volume"}),
    ],
)
def test_a_broken_bar_is_found_on_its_session(
    spoil: Callable[[BarSeries], BarSeries], expected: set[str]
) -> None:
    series = stored("IBM")
    findings = found(spoil(series))
    assert set(findings) == expected
    for finding in findings.values():
        assert (finding.count, finding.dates) == (1, (series.date[7].item(),))


def test_sessions_without_a_bar_are_counted_and_the_first_are_named() -> None:
    series = stored("IBM")
    kept = np.ones(len(series), dtype=bool)
    kept[100:250] = False
    holed = replace(
        series,
        **{
            name: getattr(series, name)[kept]
            for name in (
                "date",
                "open",
                "high",
                "low",
                "close",
                "volume",
                "split_ratio",
                "dividend",
            )
        },
    )
    missing = found(holed)["missing-sessions"]
    assert missing.count == 150
    assert missing.dates == tuple(day.item() for day in series.date[100:110])
    assert missing.as_dict()["dates"][0] == str(series.date[100])


def test_a_bar_on_a_closed_day_is_found() -> None:
    series = stored("IBM")
    dates = series.date.copy()
    dates[-1] = np.datetime64("2013-03-02")  # a Saturday
    findings = found(replace(series, date=dates))
    assert findings["unexpected-sessions"].count == 1


def test_findings_about_an_answer_are_kept_when_they_matter() -> None:
    assert answer_findings((), 0.004) == ()
    [twice] = answer_findings((stored("IBM").date[3].item(),), 0.0)
    assert twice.id == "duplicate-sessions"
    [differs] = answer_findings((), 0.02)
    assert differs.id == "adjusted-close-differs"
    assert "2.00%" in differs.message


def test_no_bars_have_no_findings() -> None:
    series = stored("IBM").between(None, date(1999, 1, 1))
    assert findings_of(series, series.date) == ()
