"""Which two runs a comparison is of: each may be named itself, or by a report that shows it."""

from sqlalchemy.orm import Session

from barline_core.db import Database
from barline_reports.errors import NothingToCompare, SameRun, UnknownReport
from barline_reports.schemas import ComparisonQuery
from barline_reports.store import find_subject

REPORT_PREFIX = "report-"
RUN_PREFIX = "backtest-"


def compared_runs(
    database: Database, query: ComparisonQuery, owner_id: int | None
) -> tuple[str, str]:
    """Raises UnknownReport, NothingToCompare or SameRun."""
    with database.transaction() as session:
        first = run_of(session, "first", query.first, owner_id)
        second = run_of(session, "second", query.second, owner_id)
    if first == second:
        raise SameRun(first)
    return first, second


def run_of(session: Session, parameter: str, named: str, owner_id: int | None) -> str:
    """The id of the run; whose run it is, the backtest service judges."""
    if named.startswith(RUN_PREFIX):
        return named
    if not named.startswith(REPORT_PREFIX):
        raise NothingToCompare(parameter, named)
    subject = find_subject(session, named, owner_id)
    if subject is None:
        raise UnknownReport(named)
    if subject.kind != "backtest" or subject.id is None:
        raise NothingToCompare(parameter, named)
    return subject.id
