"""How much time the request at hand has left, handed from process to process.

The header says what is left, not when it ends: clocks of two hosts differ, and a request travels fast.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from barline_core.problems import UpstreamTooSlow

DEADLINE_HEADER = "X-Deadline-Ms"
LONGEST_S = 3600.0

_ends: ContextVar[float | None] = ContextVar("barline_deadline", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """What is done inside has `seconds` in all, or less when the surroundings have less. None: no limit of its own."""
    ends, outer = _ends.get(), _ends.get()
    if seconds is not None:
        inner = time.monotonic() + seconds
        ends = inner if outer is None else min(inner, outer)
    token = _ends.set(ends)
    try:
        yield
    finally:
        _ends.reset(token)


def remaining_s() -> float | None:
    """Seconds left, not below 0; None when nobody set a limit."""
    ends = _ends.get()
    return None if ends is None else max(0.0, ends - time.monotonic())


def at_most(seconds: float) -> float:
    """`seconds`, or what is left when that is less."""
    left = remaining_s()
    return seconds if left is None else min(seconds, left)


def check() -> None:
    """Raise UpstreamTooSlow when the time is over: whoever asked has stopped waiting."""
    if remaining_s() == 0.0:
        raise UpstreamTooSlow(
            "The time for this request was over before it was answered; try again.",
            headers={"Retry-After": "30"},
        )


def given_by(header: str | None) -> float | None:
    """The seconds a caller's header gives, None when it gives none or nonsense."""
    if header is None or not header.isascii() or not header.isdigit():
        return None
    return min(int(header[:9]) / 1000, LONGEST_S)
