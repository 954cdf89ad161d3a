"""The arithmetic of a free key's day: what is left of it, how long to pause, when a queue will be
done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil


@dataclass(frozen=True, slots=True)
class Budget:
    """A key's day. `daily_limit` is None for a paying key, which has none."""

    daily_limit: int | None
    used: int
    refused: bool  # the upstream itself said that the day is spent

    @property
    def remaining(self) -> int | None:
        if self.daily_limit is None:
            return None
        return 0 if self.refused else max(0, self.daily_limit - self.used)

    @property
    def is_spent(self) -> bool:
        return self.refused or self.remaining == 0


def budget_of(*, free: bool | None, used: int, refused: bool, free_daily_limit: int) -> Budget:
    """A key not known to be paying is treated as a free one."""
    limit = None if free is False and not refused else free_daily_limit
    return Budget(daily_limit=limit, used=used, refused=refused)


def pause_before_next(
    *, last_called_at: datetime | None, now: datetime, seconds_between: float
) -> float:
    """Seconds to wait so that two requests are `seconds_between` apart."""
    if last_called_at is None:
        return 0.0
    elapsed = (now - last_called_at).total_seconds()
    return min(seconds_between, max(0.0, seconds_between - elapsed))


def expected_end(*, pending: int, requests_per_day: int, resumes_at: datetime) -> datetime:
    """When the last of `pending` symbols gets its request, one each, beginning at `resumes_at`."""
    days = ceil(pending / requests_per_day)
    return resumes_at + timedelta(days=max(0, days - 1))
