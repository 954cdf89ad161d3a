"""The caller's own reports, a page at a time."""

from sqlalchemy.orm import Session

from barline_core.paging import page_document
from barline_core.tokens import Caller
from barline_reports.schemas import ReportsQuery
from barline_reports.store import Listed, list_reports

PATH = "/reports"


def list_own_reports(session: Session, query: ReportsQuery, caller: Caller) -> dict[str, object]:
    """One page of them, the newest first."""
    count, reports = list_reports(
        session, caller.user_id, query.wanted(), offset=query.offset, limit=query.page_size
    )
    return page_document(PATH, query, count=count, results=[row(report) for report in reports])


def row(report: Listed) -> dict[str, object]:
    return {
        "id": report.id,
        "kind": report.kind,
        "symbol": report.symbol,
        "title": report.title,
        "subject_id": report.subject_id,
        "format": report.format,
        "media_type": report.media_type,
        "size_bytes": report.size_bytes,
        "requested_at": report.requested_at.isoformat().replace("+00:00", "Z"),
    }
