"""The sweeps and walk-forwards a person started last: kept in the session, so that their pages are found again."""

from dataclasses import asdict, dataclass
from typing import Literal

from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "reporting.studies"
MOST_KEPT = 10

Kind = Literal["sweep", "walk-forward"]


@dataclass(frozen=True, slots=True)
class RecentStudy:
    """`windows` tells two studies of one symbol apart; `address` is its page."""

    kind: Kind
    title: str
    windows: str
    address: str


def keep(session: SessionBase, study: RecentStudy) -> None:
    """The newest first; the oldest is forgotten when there are many of its kind."""
    others = [one for one in everything(session) if one.kind != study.kind]
    same = [study, *recent(session, study.kind)][:MOST_KEPT]
    session[SESSION_KEY] = [asdict(one) for one in [*same, *others]]


def recent(session: SessionBase, kind: Kind) -> list[RecentStudy]:
    return [one for one in everything(session) if one.kind == kind]


def everything(session: SessionBase) -> list[RecentStudy]:
    return [RecentStudy(**one) for one in session.get(SESSION_KEY, [])]
