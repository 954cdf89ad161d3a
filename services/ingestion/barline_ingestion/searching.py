"""Symbol search: asked only when somebody wants it, and not again for a week, since it costs budget."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from barline_core.clock import utc_now
from barline_core.problems import UpstreamWrong
from barline_ingestion.answers import Function
from barline_ingestion.capability import Use
from barline_ingestion.errors import DayIsSpent, UpstreamLimit, problem_of
from barline_ingestion.event_payload import Matches
from barline_ingestion.refusals import Refused
from barline_ingestion.store.searches import keep_search, kept_search
from barline_ingestion.world import World

SEARCH = Use(Function.SYMBOL_SEARCH)
KEPT_FOR = timedelta(days=7)
Match = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Found:
    """The shares that match; `cached` says that no request was spent."""

    keywords: str
    matches: Sequence[Match]
    asked_at: datetime
    cached: bool


def search(world: World, keywords: str) -> Found:
    """Shares whose symbol or name holds the keywords, as Alpha Vantage ranks them."""
    wanted = " ".join(keywords.casefold().split())
    with world.database.transaction() as session:
        kept = kept_search(session, wanted, since=utc_now() - KEPT_FOR)
    if kept is not None:
        return Found(wanted, kept.matches, kept.asked_at, cached=True)
    try:
        answer = world.provider.ask(SEARCH, wanted)
    except DayIsSpent as later:
        wait_s = max(1, round((later.at - utc_now()).total_seconds()))
        raise UpstreamLimit(
            f"{later.reason} Searching goes on at {later.at:%Y-%m-%d %H:%M %Z}; a symbol can be "
            "added by its exact name meanwhile.",
            retry_after_s=wait_s,
        ) from later
    if isinstance(answer, Refused):
        raise problem_of(answer, f"the search for {wanted!r}")
    if not isinstance(answer, Matches):
        raise UpstreamWrong("Alpha Vantage answered the search with something else; try again.")
    now = utc_now()
    matches = [asdict(match) for match in answer.found]
    with world.database.transaction() as session:
        keep_search(session, wanted, matches, now=now)
    return Found(wanted, matches, now, cached=False)
