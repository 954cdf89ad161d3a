"""New bars join stored ones with proof only."""

from dataclasses import replace

import numpy as np

from barline_core.bars import BarSeries
from barline_ingestion.actions import as_series
from barline_ingestion.bar_payload import Bars
from barline_ingestion.joining import Join, check_join
from barline_sandbox.history import real_history

IBM, MSFT = real_history()["IBM"], real_history()["MSFT"]


def bars(first: int, last: int, source: object = IBM) -> Bars:
    rows = source.rows(slice(first, last))
    return Bars(
        date=rows.date,
        open=rows.open,
        high=rows.high,
        low=rows.low,
        close=rows.close,
        volume=rows.volume.astype(np.float64),
        adjusted_close=None,
        dividend=None,
        split=None,
    )


def stored(first: int, last: int) -> BarSeries:
    some = bars(first, last)
    return as_series(some, np.ones(len(some)), np.zeros(len(some)))


def test_the_first_bars_need_no_proof() -> None:
    assert check_join(stored(0, 0), bars(0, 100)).join is Join.FIRST


def test_one_equal_shared_session_is_proof() -> None:
    assert check_join(stored(0, 100), bars(99, 199)).join is Join.PROVEN


def test_a_restated_session_does_not_spoil_the_proof_of_another() -> None:
    incoming = bars(98, 198)
    restated = incoming.close.copy()
    restated[1] += 0.5
    assert check_join(stored(0, 100), replace(incoming, close=restated)).join is Join.PROVEN


def test_bars_that_follow_without_a_shared_session_prove_nothing() -> None:
    check = check_join(stored(0, 100), bars(100, 200))
    assert check.join is Join.UNPROVEN
    assert check.finding is not None
    assert check.finding.dates == (IBM.date[99].item(), IBM.date[100].item())


def test_another_companys_bars_are_a_contradiction() -> None:
    check = check_join(stored(0, 100), bars(50, 150, MSFT))
    assert check.join is Join.CONTRADICTED
    assert check.finding is not None
    assert check.finding.severity == "error"


def test_rounding_to_four_decimals_is_no_difference() -> None:
    incoming = bars(50, 150)
    rounded = replace(incoming, close=incoming.close + 4e-5)
    assert check_join(stored(0, 100), rounded).join is Join.PROVEN
