"""Counts of what callers do: in this process, or in a Valkey/Redis that all replicas share."""

import math
import time
from dataclasses import dataclass
from functools import cache

import structlog
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from barline_gateway.accounts.process_counts import ProcessCounts

SHARED_TIMEOUT_S = 0.25
SHARED_PAUSE_S = 5.0  # how long a store that failed is left alone

log = structlog.get_logger("barline.counting")


@dataclass(frozen=True, slots=True)
class Count:
    """How one caller stands: whether this request is within the rate, and when the window is over."""

    allowed: bool
    limit: int
    window_s: int
    remaining: int
    reset_s: int


class Counter:
    """Counts in a sliding window. A shared store that fails is replaced by counts of this process.

    A throttle protects the installation, it authorises nobody: refusing everybody because the store of counts is
    down would do the attacker's work, and not counting at all would leave the door open.
    """

    def __init__(self, url: str | None) -> None:
        self._local = SlidingWindowCounterRateLimiter(ProcessCounts())
        self._shared = None if url is None else SlidingWindowCounterRateLimiter(_store(url))
        self._shared_again_at = 0.0

    def hit(self, rate: str, caller: str) -> Count:
        """Count one request of `caller`, by the rate `rate` (`1200/min`)."""
        item = parse_rate(rate)
        if self._shared is not None and time.monotonic() >= self._shared_again_at:
            try:
                return _count(self._shared, item, caller)
            except RedisError as error:
                self._shared_again_at = time.monotonic() + SHARED_PAUSE_S
                log.warning("counting.shared_store_away", error=type(error).__name__)
        return _count(self._local, item, caller)

    def reset(self) -> None:
        """Forget every count."""
        self._local.storage.reset()
        if self._shared is not None:
            self._shared.storage.reset()


@cache
def counter() -> Counter:
    """The process's own; made at first use, since a fork must not share a connection."""
    url = settings.ENVIRONMENT.cache_url
    return Counter(None if url is None else url.get_secret_value())


@cache
def parse_rate(rate: str) -> RateLimitItem:
    """DRF's notation, of whose unit the first letter alone counts, as the library's."""
    number, _, unit = rate.partition("/")
    names = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
    return parse(f"{number}/{names[unit[0]]}")


def _store(url: str) -> RedisStorage:
    """One client library speaks to both servers, whose protocol is the same. A request does not wait for retries."""
    return RedisStorage(
        url.replace("valkey", "redis", 1) if url.startswith("valkey") else url,
        key_prefix="barline",
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # options are handed on to the client
        socket_connect_timeout=SHARED_TIMEOUT_S,
        socket_timeout=SHARED_TIMEOUT_S,
    )


def _count(limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, caller: str) -> Count:
    allowed = limiter.hit(item, caller)
    reset_at, remaining = limiter.get_window_stats(item, caller)
    return Count(
        allowed=allowed,
        limit=item.amount,
        window_s=item.get_expiry(),
        remaining=max(0, remaining),
        reset_s=max(1, math.ceil(reset_at - time.time())),
    )
