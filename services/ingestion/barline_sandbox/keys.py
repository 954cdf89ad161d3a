"""What a key may do: paid, free and demo keys, and the counting of a free key's requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from barline_sandbox import wire, wordings


class Tier(StrEnum):
    PREMIUM = "premium"
    FREE = "free"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules of a free key; Alpha Vantage has changed them often, so each is a setting."""

    requests_per_day: int = 25
    seconds_between_requests: float = 1.0
    premium_functions: frozenset[str] = frozenset({wire.DAILY_ADJUSTED})
    full_output_is_premium: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned down: the member of the JSON body, and its sentence."""

    kind: str
    text: str


@dataclass(slots=True)
class Usage:
    """How much a key has been used: requests of one day, and when the last one was let through."""

    day: date | None = None
    requests: int = 0
    last_at_s: float = float("-inf")


@dataclass(slots=True)
class KeyBook:
    """Decides whether a key may make a request, and counts it.

    `tiers` names keys of a special kind, every other key has the `default_tier` (Alpha Vantage
    accepts any string); `demo` is a demo key unless told otherwise. `elapsed_s` is a monotonic
    clock in seconds.
    """

    elapsed_s: Callable[[], float]
    default_tier: Tier = Tier.PREMIUM
    tiers: dict[str, Tier] = field(default_factory=lambda: {"demo": Tier.DEMO})
    limits: Limits = field(default_factory=Limits)
    usage: dict[str, Usage] = field(default_factory=dict)

    def tier(self, key: str) -> Tier:
        return self.tiers.get(key, self.default_tier)

    def refuse(self, key: str, query: Mapping[str, str], today: date) -> Refusal | None:
        """The refusal of this request, or nothing; a request that passes the limits is counted."""
        tier = self.tier(key)
        if tier is Tier.DEMO:
            return refuse_demo(query)
        if tier is Tier.FREE:
            return self.over_limit(key, today) or self.gated(query)
        return None

    def over_limit(self, key: str, today: date) -> Refusal | None:
        used = self.usage.setdefault(key, Usage())
        if used.day != today:
            used.day, used.requests = today, 0
        if used.requests >= self.limits.requests_per_day:
            return Refusal("Information", wordings.daily_quota(key, self.limits.requests_per_day))
        now_s = self.elapsed_s()
        if now_s - used.last_at_s < self.limits.seconds_between_requests:
            return Refusal("Information", wordings.BURST)
        used.requests, used.last_at_s = used.requests + 1, now_s
        return None

    def gated(self, query: Mapping[str, str]) -> Refusal | None:
        function = query.get("function", "")
        if function in self.limits.premium_functions:
            return Refusal("Information", wordings.PREMIUM_ENDPOINT)
        full = query.get("outputsize") == "full" and function in wire.BAR_FUNCTIONS
        if full and self.limits.full_output_is_premium:
            return Refusal("Information", wordings.premium_output_size(function))
        return None


def refuse_demo(query: Mapping[str, str]) -> Refusal | None:
    """A demo key is good for the documented IBM examples only."""
    if query.get("symbol", "").upper() == "IBM" or query.get("keywords") == "tesco":
        return None
    return Refusal("Information", wordings.DEMO_ONLY)
