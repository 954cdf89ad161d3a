"""What a key may do is found out by asking, best first, and remembered: the paywall moves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from barline_ingestion.answers import BAR_FUNCTIONS, EVENT_FUNCTIONS, Function
from barline_ingestion.refusals import RefusalKind

PROBE_AGAIN_AFTER = timedelta(days=30)
COMPACT_BARS = 100  # what a compact answer holds


@dataclass(frozen=True, slots=True)
class Use:
    """One thing a key may or may not do: a function with an output size (empty when it has none)."""

    function: Function
    output_size: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What was learnt about a use, and when."""

    allowed: bool
    learnt_at: datetime


Grants = Mapping[Use, Grant]

ADJUSTED_FULL = Use(Function.DAILY_ADJUSTED, "full")
ADJUSTED_COMPACT = Use(Function.DAILY_ADJUSTED, "compact")
DAILY_FULL = Use(Function.DAILY, "full")
DAILY_COMPACT = Use(Function.DAILY, "compact")
SPLITS = Use(Function.SPLITS)
DIVIDENDS = Use(Function.DIVIDENDS)

WHOLE_HISTORY: Sequence[Use] = (ADJUSTED_FULL, DAILY_FULL, DAILY_COMPACT)
NEWEST_BARS: Sequence[Use] = (ADJUSTED_COMPACT, DAILY_COMPACT)
REFUSALS = frozenset({RefusalKind.PREMIUM, RefusalKind.PREMIUM_SIZE, RefusalKind.SAMPLE_ROWS})
NAMES: Mapping[Use, str] = {
    ADJUSTED_FULL: "adjusted-full",
    ADJUSTED_COMPACT: "adjusted-compact",
    DAILY_FULL: "daily-full",
    DAILY_COMPACT: "daily-compact",
}
COMPACT_NAMES = frozenset({name for use, name in NAMES.items() if use.output_size == "compact"})


def bar_uses(grants: Grants, *, whole_history: bool, now: datetime) -> tuple[Use, ...]:
    """The requests to try for bars, the best first, without those refused within the last month."""
    wanted = WHOLE_HISTORY if whole_history else NEWEST_BARS
    return tuple(use for use in wanted if not refused_lately(grants, use, now))


def action_uses(grants: Grants, *, now: datetime) -> tuple[Use, ...]:
    """The requests for corporate actions, without those refused within the last month: splits alone
    are enough for split-adjusted prices.
    """
    return tuple(use for use in (SPLITS, DIVIDENDS) if not refused_lately(grants, use, now))


def refused_lately(grants: Grants, use: Use, now: datetime) -> bool:
    grant = grants.get(use)
    return grant is not None and not grant.allowed and now - grant.learnt_at < PROBE_AGAIN_AFTER


def learnt_from_refusal(use: Use, kind: RefusalKind) -> tuple[Use, ...]:
    """The uses a refusal rules out: of a premium function every size, else only the one asked."""
    if kind not in REFUSALS:
        return ()
    if kind is RefusalKind.PREMIUM_SIZE or use.function in EVENT_FUNCTIONS:
        return (use,)
    return tuple(Use(use.function, size) for size in ("full", "compact"))


def learnt_from_answer(use: Use) -> tuple[Use, ...]:
    """The uses an answer shows to be allowed: full output implies compact."""
    if use.function in BAR_FUNCTIONS and use.output_size == "full":
        return (use, Use(use.function, "compact"))
    return (use,)


def is_free(grants: Grants) -> bool | None:
    """Whether the key is a free one, with its daily limit; unknown until a premium use was tried."""
    premium = grants.get(ADJUSTED_FULL) or grants.get(ADJUSTED_COMPACT)
    return None if premium is None else not premium.allowed


def grants_with(grants: Grants, uses: Iterable[Use], *, allowed: bool, now: datetime) -> Grants:
    return {**grants, **{use: Grant(allowed, now) for use in uses}}
