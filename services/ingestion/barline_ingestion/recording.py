"""Stores what was fetched of one symbol, in one transaction with everything that follows from it."""

from datetime import datetime

from sqlalchemy.orm import Session

from barline_core.bar_reader import read_bars
from barline_core.bars import BarSeries
from barline_core.clock import utc_now
from barline_core.problems import Problem, problem_document
from barline_core.sessions import calendar_for, sessions_between
from barline_ingestion.actions import (
    ActionsOfSpan,
    actions_of_bars,
    adjusted_close_difference,
    within_bars,
)
from barline_ingestion.bar_payload import Bars
from barline_ingestion.capability import NAMES
from barline_ingestion.errors import HistoryDisagrees
from barline_ingestion.joining import Join, JoinCheck, check_join
from barline_ingestion.knowledge import after_bars, learnt_of_span
from barline_ingestion.quality import answer_findings, findings_of
from barline_ingestion.refresh import Fetched
from barline_ingestion.store.actions import replace_actions
from barline_ingestion.store.bars import Merged, lock_symbol, merge_bars
from barline_ingestion.store.symbols import (
    StatusOfSymbol,
    status_of,
    write_known,
    write_status,
)

# These are seen in an answer or at its joining, and cannot be found again in the stored bars.
STICKY = frozenset({"unproven-join", "duplicate-sessions", "adjusted-close-differs"})


def record_bars(
    session: Session, ticker: str, fetched: Fetched, *, attempted_at: datetime
) -> Merged:
    """Merge the bars, their actions, and the load state that follows from all stored bars."""
    now = utc_now()
    symbol_id = status_of(session, ticker).symbol_id
    lock_symbol(session, symbol_id)
    status = status_of(session, ticker)
    stored = read_bars(session, ticker)
    check = check_join(stored, fetched.bars)
    if check.join is Join.CONTRADICTED and check.finding is not None:
        raise HistoryDisagrees(check.finding.message)
    merged = merge_bars(session, symbol_id, fetched.bars, now=now)
    told = actions_of_bars(fetched.bars)
    if told is not None:
        replace_actions(session, symbol_id, told, now=now)
    note_known(session, status, fetched.bars, told)
    findings = sticky_findings(status, stored, fetched, check)
    summarise(session, status, findings)
    write_status(
        session,
        symbol_id,
        capability=capability_name(status, fetched, check),
        last_success_at=now,
        last_attempt_at=max(now, attempted_at),
        problem=None,
    )
    return merged


def note_known(
    session: Session, status: StatusOfSymbol, bars: Bars, told: ActionsOfSpan | None
) -> None:
    """Write through when actions are known, now that these bars are stored too."""
    first, last = bars.date[0].item(), bars.date[-1].item()
    first_now = first if status.first_date is None else min(first, status.first_date)
    last_now = last if status.last_date is None else max(last, status.last_date)
    known = after_bars(status.known, told, first_before=status.first_date, first_now=first_now)
    write_known(session, status.symbol_id, known, last_bar=last_now)


def sticky_findings(
    status: StatusOfSymbol, stored: BarSeries, fetched: Fetched, check: JoinCheck
) -> list[dict[str, object]]:
    """Findings about answers: those of this one, and earlier ones unless it replaces all bars."""
    bars = fetched.bars
    found = list(answer_findings(bars.duplicates, adjusted_close_difference(bars)))
    if check.finding is not None:
        found.append(check.finding)
    fresh = [finding.as_dict() for finding in found]
    if len(stored) == 0 or bars.date[0] <= stored.date[0]:
        return fresh
    names = {finding["id"] for finding in fresh}
    kept = [
        finding
        for finding in status.findings
        if finding["id"] in STICKY and finding["id"] not in names
    ]
    return fresh + kept


def summarise(
    session: Session, status: StatusOfSymbol, sticky: list[dict[str, object]]
) -> BarSeries:
    """Write coverage, findings and data version as they follow from all stored bars."""
    series = read_bars(session, status.ticker)
    first, last = series.date[0].item(), series.date[-1].item()
    expected = sessions_between(calendar_for(status.ticker), first, last)
    found = findings_of(series, expected)
    missing = sum(finding.count for finding in found if finding.id == "missing-sessions")
    write_status(
        session,
        status.symbol_id,
        state="ready",
        first_date=first,
        last_date=last,
        sessions=len(series),
        missing_sessions=missing,
        findings=[finding.as_dict() for finding in found] + sticky,
        data_version=series.data_version,
    )
    return series


def capability_name(status: StatusOfSymbol, fetched: Fetched, check: JoinCheck) -> str:
    """What the bulk of the bars was fetched with: the newest few days do not change it."""
    if check.join is Join.PROVEN and fetched.use.output_size == "compact" and status.capability:
        return status.capability
    return NAMES[fetched.use]


def record_actions(session: Session, ticker: str, found: ActionsOfSpan, *, now: datetime) -> None:
    """Store splits or dividends that came apart from the bars, and how far they are known now."""
    symbol_id = status_of(session, ticker).symbol_id
    lock_symbol(session, symbol_id)
    status = status_of(session, ticker)
    if status.first_date is None or status.last_date is None:
        return
    kept = within_bars(found, status.first_date)
    replace_actions(session, symbol_id, kept, now=now)
    known = learnt_of_span(status.known, kept, status.first_date)
    write_known(session, symbol_id, known, last_bar=status.last_date)
    sticky = [finding for finding in status.findings if finding["id"] in STICKY]
    summarise(session, status, sticky)


def record_failure(
    session: Session, ticker: str, problem: Problem, *, request_id: str, attempted_at: datetime
) -> None:
    """Note why an attempt failed; what is stored stays as it is, and stays readable.

    Of a symbol the upstream does not know only this note exists; the gateway, which owns the
    registry, removes such a symbol, and the note goes with it.
    """
    status = status_of(session, ticker)
    document = problem_document(
        type(problem),
        detail=problem.detail,
        instance=f"/symbols/{ticker}",
        request_id=request_id,
    )
    write_status(
        session,
        status.symbol_id,
        state="ready" if status.sessions else "failed",
        problem=document,
        last_attempt_at=max(utc_now(), attempted_at),
    )
