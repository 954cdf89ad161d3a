"""The log of requests to Alpha Vantage, from which the daily budget is counted, and what a key may
do.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from barline_core.models import UpstreamCall, UpstreamCapability
from barline_ingestion.answers import Asked, Function
from barline_ingestion.capability import Grant, Grants, Use
from barline_ingestion.refusals import RefusalKind

SENT = "sent"
ANSWERED = "data"


@dataclass(frozen=True, slots=True)
class Spent:
    """What a key has used of a budget day; `refused` when the upstream itself said it is spent."""

    calls: int
    refused: bool
    last_called_at: datetime | None
    last_outcome: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended; `detail` has no key in it."""

    outcome: str
    http_status: int | None
    duration_ms: int
    detail: str | None


def spent_on(session: Session, fingerprint: str, budget_date: date) -> Spent:
    """Count the requests of a day, those whose answer was never seen included."""
    mine = UpstreamCall.key_fingerprint == fingerprint
    today = UpstreamCall.budget_date == budget_date
    calls, refused = session.execute(
        select(
            func.count(),
            func.coalesce(func.bool_or(UpstreamCall.outcome == RefusalKind.DAILY_QUOTA), False),
        ).where(mine, today)
    ).one()
    last = session.execute(
        select(UpstreamCall.called_at, UpstreamCall.outcome)
        .where(mine, today)
        .order_by(UpstreamCall.id.desc())
        .limit(1)
    ).one_or_none()
    return Spent(calls, refused, *(last if last is not None else (None, None)))


def record_call(
    session: Session, fingerprint: str, asked: Asked, *, budget_date: date, now: datetime
) -> int:
    """Note a request before it is sent, so that a killed worker's request counts too."""
    made = (
        insert(UpstreamCall)
        .values(
            key_fingerprint=fingerprint,
            budget_date=budget_date,
            called_at=now,
            function=asked.function,
            symbol=asked.symbol[:100],
            output_size=asked.output_size or None,
            outcome=SENT,
        )
        .returning(UpstreamCall.id)
    )
    return int(session.execute(made).scalar_one())


def record_outcome(session: Session, call_id: int, ended: Outcome) -> None:
    session.execute(
        update(UpstreamCall)
        .where(UpstreamCall.id == call_id)
        .values(
            outcome=ended.outcome,
            http_status=ended.http_status,
            duration_ms=ended.duration_ms,
            detail=ended.detail,
        )
    )


def last_answer_at(
    session: Session, fingerprint: str, ticker: str, *, budget_date: date
) -> datetime | None:
    """When this symbol's bars were last asked for with success on a market day."""
    return session.scalar(
        select(func.max(UpstreamCall.called_at)).where(
            UpstreamCall.key_fingerprint == fingerprint,
            UpstreamCall.budget_date == budget_date,
            UpstreamCall.symbol == ticker,
            UpstreamCall.function.in_((Function.DAILY, Function.DAILY_ADJUSTED)),
            UpstreamCall.outcome == ANSWERED,
        )
    )


def grants_of(session: Session, fingerprint: str) -> Grants:
    """What is known about a key."""
    rows = session.scalars(
        select(UpstreamCapability).where(UpstreamCapability.key_fingerprint == fingerprint)
    )
    return {
        Use(Function(row.function), row.output_size): Grant(row.allowed, row.learnt_at)
        for row in rows
    }


def learn(
    session: Session, fingerprint: str, uses: tuple[Use, ...], *, allowed: bool, now: datetime
) -> None:
    """Remember what an answer showed about the key."""
    for use in uses:
        row = insert(UpstreamCapability).values(
            key_fingerprint=fingerprint,
            function=use.function,
            output_size=use.output_size,
            allowed=allowed,
            learnt_at=now,
        )
        session.execute(
            row.on_conflict_do_update(
                constraint="pk_upstream_capability",
                set_={"allowed": allowed, "learnt_at": now},
            )
        )
