"""The caller's own reports, a page at a time."""

from urllib.parse import urlencode

from sqlalchemy.orm import Session

from barline_core.tokens import Caller
from barline_reports.schemas import ReportsQuery
from barline_reports.store import Listed, list_reports

PATH = "/reports"


def list_own_reports(session: Session, query: ReportsQuery, caller: Caller) -> dict[str, object]:
    """One page in the shape of every list, with links to the pages beside it."""
    offset = (query.page - 1) * query.page_size
    count, reports = list_reports(
        session, caller.user_id, query.wanted(), offset=offset, limit=query.page_size
    )
    return {
        "count": count,
        "next": link(query, query.page + 1) if offset + query.page_size < count else None,
        "previous": link(query, query.page - 1) if query.page > 1 else None,
        "results": [row(report) for report in reports],
    }


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


def link(query: ReportsQuery, page: int) -> str:
    """The address of another page of the same list."""
    chosen = query.model_dump(exclude_none=True) | {"page": page}
    return f"{PATH}?{urlencode(chosen)}"
