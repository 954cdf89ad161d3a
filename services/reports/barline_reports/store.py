"""All SQL of the reports service: documents by what they show, and who asked for them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from barline_core.models import Report, ReportOwner


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report as it is sent."""

    digest: str
    kind: str
    symbol: str
    title: str
    subject_id: str | None
    format: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A report in its owner's list, without its content."""

    id: str
    kind: str
    symbol: str
    title: str
    subject_id: str | None
    format: str
    media_type: str
    size_bytes: int
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class Subject:
    """The run or vintage a report shows."""

    kind: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of one's reports to list; `None` does not narrow."""

    symbol: str | None
    kind: str | None
    format: str | None


CONTENT = (
    Report.digest,
    Report.kind,
    Report.symbol,
    Report.title,
    Report.subject_id,
    Report.format,
    Report.media_type,
    Report.content,
)
LISTED = (
    ReportOwner.id,
    Report.kind,
    Report.symbol,
    Report.title,
    Report.subject_id,
    Report.format,
    Report.media_type,
    Report.size_bytes,
    ReportOwner.requested_at,
)


def find_report(session: Session, digest: str) -> Rendered | None:
    """A kept report; until the transaction ends, nobody can delete it from under its next owner."""
    found = select(*CONTENT).where(Report.digest == digest)
    row = session.execute(found.with_for_update(read=True, key_share=True)).one_or_none()
    return None if row is None else Rendered(*row)


def save_report(session: Session, report: Rendered) -> None:
    """Keep a report; the same one made by two requests at once is kept once, and neither can lose it meanwhile."""
    session.execute(
        insert(Report)
        .values(
            digest=report.digest,
            kind=report.kind,
            symbol=report.symbol,
            title=report.title,
            subject_id=report.subject_id,
            format=report.format,
            media_type=report.media_type,
            content=report.content,
            size_bytes=len(report.content),
        )
        .on_conflict_do_update(index_elements=["digest"], set_={"size_bytes": len(report.content)})
    )


def own_report(session: Session, digest: str, owner_id: int | None) -> str:
    """Put a kept report into its owner's list, or to its top; gives the id the owner sees."""
    theirs = (ReportOwner.digest == digest, ReportOwner.owner_id.is_not_distinct_from(owner_id))
    again = update(ReportOwner).where(*theirs).values(requested_at=func.now())
    known: str | None = session.scalar(again.returning(ReportOwner.id))
    if known is not None:
        return known
    inserted: str = session.execute(
        insert(ReportOwner)
        .values(id=f"report-{uuid4().hex}", owner_id=owner_id, digest=digest)
        .on_conflict_do_update(
            index_elements=["owner_id", "digest"], set_={"requested_at": func.now()}
        )
        .returning(ReportOwner.id)
    ).scalar_one()
    return inserted


def load_report(session: Session, report_id: str, owner_id: int | None) -> Rendered | None:
    """A report in the owner's list; None when it is not theirs."""
    row = session.execute(
        select(*CONTENT)
        .join(ReportOwner, ReportOwner.digest == Report.digest)
        .where(ReportOwner.id == report_id, ReportOwner.owner_id.is_not_distinct_from(owner_id))
    ).one_or_none()
    return None if row is None else Rendered(*row)


def delete_report(session: Session, report_id: str, owner_id: int | None) -> bool:
    """Take a report out of its owner's list, and forget it when nobody else has it. False when it is not theirs."""
    theirs = (ReportOwner.id == report_id, ReportOwner.owner_id.is_not_distinct_from(owner_id))
    digest = session.scalar(select(ReportOwner.digest).where(*theirs))
    if digest is None:
        return False
    # The lock keeps others from becoming owners between the two statements.
    session.execute(select(Report.digest).where(Report.digest == digest).with_for_update())
    session.execute(delete(ReportOwner).where(*theirs))
    owners = select(ReportOwner.id).where(ReportOwner.digest == digest)
    session.execute(delete(Report).where(Report.digest == digest, ~owners.exists()))
    return True


def find_subject(session: Session, report_id: str, owner_id: int | None) -> Subject | None:
    """What a report in the owner's list shows; None when it is not theirs."""
    row = session.execute(
        select(Report.kind, Report.subject_id)
        .join(ReportOwner, ReportOwner.digest == Report.digest)
        .where(ReportOwner.id == report_id, ReportOwner.owner_id.is_not_distinct_from(owner_id))
    ).one_or_none()
    return None if row is None else Subject(*row)


def list_reports(
    session: Session, owner_id: int | None, wanted: Wanted, *, offset: int, limit: int
) -> tuple[int, list[Listed]]:
    """How many the owner has, and one page of them, the last asked for first."""
    chosen = conditions(owner_id, wanted)
    same_report = Report.digest == ReportOwner.digest
    count = session.scalar(
        select(func.count()).select_from(ReportOwner).join(Report, same_report).where(*chosen)
    )
    page = session.execute(
        select(*LISTED)
        .select_from(ReportOwner)
        .join(Report, same_report)
        .where(*chosen)
        .order_by(ReportOwner.requested_at.desc(), ReportOwner.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return count or 0, [Listed(*row) for row in page]


def conditions(owner_id: int | None, wanted: Wanted) -> list[ColumnElement[bool]]:
    """The owner's reports that match."""
    chosen = [ReportOwner.owner_id.is_not_distinct_from(owner_id)]
    if wanted.symbol is not None:
        chosen.append(Report.symbol == wanted.symbol)
    if wanted.kind is not None:
        chosen.append(Report.kind == wanted.kind)
    if wanted.format is not None:
        chosen.append(Report.format == wanted.format)
    return chosen
