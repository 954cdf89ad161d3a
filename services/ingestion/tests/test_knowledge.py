"""Through when splits and dividends are known."""

from datetime import date

from barline_ingestion.actions import BOTH_KINDS, ActionsOfSpan
from barline_ingestion.knowledge import NOTHING_KNOWN, ActionsKnown, after_bars, learnt_of_span

FIRST, MIDDLE, LAST = date(2013, 1, 2), date(2013, 2, 1), date(2013, 3, 1)
ALL = ActionsKnown(LAST, LAST)


def told(first: date, last: date) -> ActionsOfSpan:
    return ActionsOfSpan(BOTH_KINDS, first, last, ())


def test_both_kinds_must_reach_the_last_bar() -> None:
    assert ALL.covers(LAST)
    assert not ActionsKnown(LAST, MIDDLE).covers(LAST)
    assert not ActionsKnown(LAST, None).covers(FIRST)


def test_an_answer_that_joins_what_is_known_carries_it_on() -> None:
    known = ActionsKnown(MIDDLE, MIDDLE)
    assert learnt_of_span(known, told(MIDDLE, LAST), FIRST) == ALL


def test_an_answer_behind_a_gap_teaches_nothing() -> None:
    known = ActionsKnown(FIRST, FIRST)
    assert learnt_of_span(known, told(MIDDLE, LAST), FIRST) == known


def test_older_bars_make_what_was_known_void() -> None:
    """SPLITS told the whole past, but what came before the first bar was not kept."""
    assert after_bars(ALL, None, first_before=MIDDLE, first_now=FIRST) == NOTHING_KNOWN


def test_older_bars_that_bring_their_actions_leave_everything_known() -> None:
    assert after_bars(ALL, told(FIRST, MIDDLE), first_before=MIDDLE, first_now=FIRST) == ALL


def test_newer_bars_without_actions_change_nothing() -> None:
    assert after_bars(ALL, None, first_before=FIRST, first_now=FIRST) == ALL
