"""Brings one symbol up to date: decides what to ask, asks, and hands the answer over to be stored."""

from dataclasses import dataclass
from datetime import timedelta

from barline_core.clock import utc_now
from barline_ingestion.answers import Answer
from barline_ingestion.bar_payload import Bars
from barline_ingestion.capability import (
    COMPACT_BARS,
    COMPACT_NAMES,
    DAILY_COMPACT,
    REFUSALS,
    Use,
    bar_uses,
    grants_with,
    learnt_from_refusal,
)
from barline_ingestion.errors import problem_of
from barline_ingestion.market_calendar import latest_final_session, sessions_behind
from barline_ingestion.refusals import RefusalKind, Refused
from barline_ingestion.store import calls
from barline_ingestion.store.symbols import StatusOfSymbol, status_of
from barline_ingestion.trimming import final_bars
from barline_ingestion.world import World

# The upstream may publish a session's bar late: within this time it is not asked again for it.
ASK_AGAIN_AFTER = timedelta(hours=1)
FALLING_BACK = REFUSALS | {RefusalKind.UNKNOWN_SYMBOL}
NOTHING_USABLE: Answer = Refused(
    RefusalKind.PREMIUM, "every request for bars is refused to this key"
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """Final bars of a symbol, and the request that gave them."""

    use: Use
    bars: Bars


def fetch_bars(world: World, ticker: str, *, full: bool) -> Fetched | None:
    """The bars a symbol lacks; None when it lacks none. Raises the Problem that kept us from them."""
    with world.database.transaction() as session:
        status = status_of(session, ticker)
    if not full and is_up_to_date(world, status):
        return None
    use, answer = ask_best_first(world, ticker, whole_history=full or lacks_history(world, status))
    if isinstance(answer, Refused):
        raise problem_of(answer, ticker)
    if not isinstance(answer, Bars):
        raise problem_of(Refused(RefusalKind.UNRECOGNISED, "no bars in the answer"), ticker)
    bars = final_bars(answer, latest_final_session(ticker, world.market_clock.now()))
    if bars is None:
        raise problem_of(Refused(RefusalKind.NO_DATA, "no session is over yet"), ticker)
    return Fetched(use, bars)


def is_up_to_date(world: World, status: StatusOfSymbol) -> bool:
    """Whether asking could bring nothing: no session is over since the last bar, or we just asked.

    An answer counts only when it was stored: a worker may have died in between.
    """
    if status.last_date is None:
        return False
    if sessions_behind(status.ticker, status.last_date, world.market_clock.now()) == 0:
        return True
    with world.database.transaction() as session:
        answered_at = calls.last_answer_at(
            session,
            world.provider.rules.fingerprint,
            status.ticker,
            budget_date=world.market_clock.today(),
        )
    if answered_at is None or utc_now() - answered_at > ASK_AGAIN_AFTER:
        return False
    return status.last_success_at is not None and status.last_success_at >= answered_at


def lacks_history(world: World, status: StatusOfSymbol) -> bool:
    """Whether the whole history is wanted: a compact answer would not reach back to a stored bar,
    or was all the key gave, and what was refused then has not been tried for a month.
    """
    if status.last_date is None:
        return True
    behind = sessions_behind(status.ticker, status.last_date, world.market_clock.now())
    if behind >= COMPACT_BARS:
        return True
    return status.capability in COMPACT_NAMES and may_have_more(world)


def may_have_more(world: World) -> bool:
    """Whether a request for whole histories is worth trying, the first time or once a month again."""
    with world.database.transaction() as session:
        grants = calls.grants_of(session, world.provider.rules.fingerprint)
    uses = bar_uses(grants, whole_history=True, now=utc_now())
    return any(use.output_size == "full" for use in uses)


def ask_best_first(world: World, ticker: str, *, whole_history: bool) -> tuple[Use, Answer]:
    """Go down the list of requests until one is not refused to this key."""
    now = utc_now()
    with world.database.transaction() as session:
        grants = calls.grants_of(session, world.provider.rules.fingerprint)
    use, answer = DAILY_COMPACT, NOTHING_USABLE
    tried: set[Use] = set()
    while True:
        uses = bar_uses(grants, whole_history=whole_history, now=now)
        left = [use for use in uses if use not in tried and worth_asking(use, answer)]
        if not left:
            return use, answer
        use = left[0]
        answer = world.provider.ask(use, ticker)
        if not isinstance(answer, Refused) or answer.kind not in FALLING_BACK:
            return use, answer
        tried.add(use)
        grants = grants_with(grants, learnt_from_refusal(use, answer.kind), allowed=False, now=now)


def worth_asking(use: Use, last: Answer) -> bool:
    """A good symbol's full history may fail the upstream's own check while compact works."""
    unknown = isinstance(last, Refused) and last.kind is RefusalKind.UNKNOWN_SYMBOL
    return use.output_size == "compact" or not unknown
