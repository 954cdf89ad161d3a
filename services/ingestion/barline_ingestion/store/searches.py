"""Kept answers to searches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from barline_core.models import SymbolSearch


def kept_search(session: Session, keywords: str, *, since: datetime) -> SymbolSearch | None:
    """What was answered to the same keywords, when that is not too long ago."""
    return session.scalars(
        select(SymbolSearch).where(
            SymbolSearch.keywords == keywords, SymbolSearch.asked_at >= since
        )
    ).one_or_none()


def keep_search(
    session: Session, keywords: str, matches: Sequence[dict[str, object]], *, now: datetime
) -> None:
    row = {"asked_at": now, "matches": list(matches)}
    made = insert(SymbolSearch).values(keywords=keywords, **row)
    session.execute(made.on_conflict_do_update(constraint="pk_symbol_search", set_=row))
