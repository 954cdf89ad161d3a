"""The requests a key may make are tried best first, and what was refused is not tried again for a
month.
"""

from datetime import UTC, datetime, timedelta

import pytest

from barline_ingestion.capability import (
    ADJUSTED_COMPACT,
    ADJUSTED_FULL,
    DAILY_COMPACT,
    DAILY_FULL,
    DIVIDENDS,
    SPLITS,
    Grants,
    action_uses,
    bar_uses,
    grants_with,
    is_free,
    learnt_from_answer,
    learnt_from_refusal,
)
from barline_ingestion.refusals import RefusalKind

NOW = datetime(2026, 5, 15, 21, tzinfo=UTC)
FREE: Grants = grants_with(
    grants_with({}, (ADJUSTED_FULL, ADJUSTED_COMPACT), allowed=False, now=NOW),
    (DAILY_FULL,),
    allowed=False,
    now=NOW,
)


def test_the_best_request_comes_first() -> None:
    assert bar_uses({}, whole_history=True, now=NOW)[0] == ADJUSTED_FULL
    assert bar_uses({}, whole_history=False, now=NOW) == (ADJUSTED_COMPACT, DAILY_COMPACT)


@pytest.mark.parametrize("whole_history", [True, False])
def test_a_free_key_is_left_with_compact_bars(whole_history: bool) -> None:
    assert bar_uses(FREE, whole_history=whole_history, now=NOW) == (DAILY_COMPACT,)


def test_a_refusal_is_forgotten_after_a_month() -> None:
    later = NOW + timedelta(days=31)
    assert bar_uses(FREE, whole_history=True, now=later)[0] == ADJUSTED_FULL
    assert bar_uses(FREE, whole_history=True, now=NOW + timedelta(days=29)) == (DAILY_COMPACT,)


def test_a_premium_function_rules_out_both_sizes_and_a_premium_size_only_itself() -> None:
    assert set(learnt_from_refusal(ADJUSTED_FULL, RefusalKind.PREMIUM)) == {
        ADJUSTED_FULL,
        ADJUSTED_COMPACT,
    }
    assert learnt_from_refusal(DAILY_FULL, RefusalKind.PREMIUM_SIZE) == (DAILY_FULL,)
    assert learnt_from_refusal(SPLITS, RefusalKind.SAMPLE_ROWS) == (SPLITS,)


@pytest.mark.parametrize(
    "kind", sorted(set(RefusalKind) - {"premium", "premium-size", "sample-rows"})
)
def test_no_other_refusal_says_anything_about_the_key(kind: RefusalKind) -> None:
    assert learnt_from_refusal(ADJUSTED_FULL, kind) == ()


def test_full_output_shows_that_compact_is_allowed_too() -> None:
    assert learnt_from_answer(ADJUSTED_FULL) == (ADJUSTED_FULL, ADJUSTED_COMPACT)
    assert learnt_from_answer(DAILY_COMPACT) == (DAILY_COMPACT,)


def test_a_key_is_free_when_the_premium_function_is_refused() -> None:
    assert is_free({}) is None
    assert is_free(FREE) is True
    paid = grants_with({}, (ADJUSTED_FULL, ADJUSTED_COMPACT), allowed=True, now=NOW)
    assert is_free(paid) is False


def test_each_kind_of_action_is_asked_for_unless_it_was_refused_itself() -> None:
    assert action_uses({}, now=NOW) == (SPLITS, DIVIDENDS)
    refused = grants_with({}, (DIVIDENDS,), allowed=False, now=NOW)
    assert action_uses(refused, now=NOW) == (SPLITS,)
    assert action_uses(refused, now=NOW + timedelta(days=31)) == (SPLITS, DIVIDENDS)
