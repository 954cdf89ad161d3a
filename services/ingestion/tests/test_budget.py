"""The arithmetic of a free key's day."""

from datetime import UTC, datetime, timedelta

import pytest

from barline_ingestion.budget import Budget, budget_of, expected_end, pause_before_next

NOW = datetime(2026, 5, 15, 21, tzinfo=UTC)


def test_a_free_key_has_25_requests_and_a_paying_one_no_limit() -> None:
    free = budget_of(free=True, used=24, refused=False, free_daily_limit=25)
    assert (free.remaining, free.is_spent) == (1, False)
    assert budget_of(free=True, used=25, refused=False, free_daily_limit=25).is_spent
    paid = budget_of(free=False, used=4000, refused=False, free_daily_limit=25)
    assert (paid.remaining, paid.is_spent) == (None, False)


def test_a_key_not_known_yet_is_treated_as_free() -> None:
    assert budget_of(free=None, used=25, refused=False, free_daily_limit=25).is_spent


def test_the_upstreams_own_word_ends_the_day_whatever_was_counted() -> None:
    for free in (True, False, None):
        assert budget_of(free=free, used=3, refused=True, free_daily_limit=25).is_spent
    assert Budget(daily_limit=25, used=3, refused=True).remaining == 0


@pytest.mark.parametrize(("elapsed_s", "pause_s"), [(0.0, 1.2), (0.5, 0.7), (2.0, 0.0), (-5, 1.2)])
def test_two_requests_are_kept_apart(elapsed_s: float, pause_s: float) -> None:
    last = NOW - timedelta(seconds=elapsed_s)
    pause = pause_before_next(last_called_at=last, now=NOW, seconds_between=1.2)
    assert pause == pytest.approx(pause_s)


def test_the_first_request_waits_for_nothing() -> None:
    assert pause_before_next(last_called_at=None, now=NOW, seconds_between=1.2) == 0.0


@pytest.mark.parametrize(("pending", "days"), [(1, 0), (25, 0), (26, 1), (60, 2)])
def test_a_queue_ends_on_the_day_its_last_symbol_gets_a_request(pending: int, days: int) -> None:
    end = expected_end(pending=pending, requests_per_day=25, resumes_at=NOW)
    assert end == NOW + timedelta(days=days)
