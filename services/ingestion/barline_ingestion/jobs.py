"""A job of ingestion: one task a symbol, its progress counted from the symbols' load states."""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from barline_core.clock import MarketClock, utc_now
from barline_core.jobs import (
    FINISHED,
    create_job,
    fail,
    lock_job,
    report_progress,
    start_job,
    succeed,
)
from barline_core.models import Job
from barline_core.problems import Problem
from barline_core.retrying import ComeBackLater
from barline_core.sessions import calendar_for
from barline_ingestion.budget import expected_end
from barline_ingestion.errors import DayIsSpent, NoSymbolRefreshed
from barline_ingestion.market_calendar import latest_final_session
from barline_ingestion.store.daily import DAILY
from barline_ingestion.store.progress import Progress, progress_of
from barline_ingestion.store.symbols import (
    last_dates,
    stalest_first,
    status_of,
    touch_all,
    write_status,
)
from barline_ingestion.symbol_tasks import (
    LOAD_PRIORITY,
    REFRESH_PRIORITY,
    SymbolTask,
    defer_refreshes,
)

SERVICE = "ingestion"
LOAD, REFRESH = "load", "refresh"
PATIENT = frozenset({REFRESH, DAILY})  # nobody waits for these: an outage is waited out
BARS_PATH = "/financial_data/data"


def queue_load(session: Session, ticker: str, *, owner_id: int | None) -> Job:
    """A job that loads one registered symbol, before everything else that waits."""
    status = status_of(session, ticker)
    if not status.sessions:
        write_status(session, status.symbol_id, state="loading", problem=None)
    job = new_job(session, LOAD, [ticker], full=False, owner_id=owner_id)
    defer_refreshes(session, [SymbolTask(job.id, ticker, full=False)], priority=LOAD_PRIORITY)
    return job


def queue_refresh(
    session: Session,
    tickers: list[str] | None,
    *,
    full: bool,
    owner_id: int | None,
    market_clock: MarketClock,
) -> Job:
    """A job that refreshes the given symbols, or all that are followed, the stalest first."""
    ordered = stalest_first(session, tickers)
    job = new_job(session, REFRESH, ordered, full=full, owner_id=owner_id)
    return spread(session, job, ordered, full=full, market_clock=market_clock)


def queue_daily(session: Session, day: date, market_clock: MarketClock) -> Job:
    """The job nobody asked for: what all followed symbols lack after a session's close."""
    ordered = stalest_first(session, None)
    job = new_job(session, DAILY, ordered, full=False, owner_id=None, session_date=day.isoformat())
    return spread(session, job, ordered, full=False, market_clock=market_clock)


def spread(
    session: Session, job: Job, ordered: list[str], *, full: bool, market_clock: MarketClock
) -> Job:
    """A task for each symbol that may lack something; the others are done at once, all together."""
    done = set() if full else lacking_nothing(session, ordered, market_clock.now())
    tasks = [SymbolTask(job.id, ticker, full) for ticker in ordered if ticker not in done]
    touch_all(session, sorted(done), attempted_at=max(utc_now(), job.created_at))
    if tasks:
        defer_refreshes(session, tasks, priority=REFRESH_PRIORITY)
    elif ordered:
        succeed(job, message=summary(progress_of(session, job)), result=result_path(job))
    else:
        succeed(job, message="There is no symbol to refresh.", result=BARS_PATH)
    return job


def lacking_nothing(session: Session, tickers: list[str], market_now: datetime) -> set[str]:
    """The symbols that have the newest session that is over; one whose last attempt failed is not
    among them.
    """
    newest: dict[str, date] = {}
    done = set()
    for ticker, last_date in last_dates(session, tickers).items():
        calendar = calendar_for(ticker)
        if calendar not in newest:
            newest[calendar] = latest_final_session(ticker, market_now)
        if last_date >= newest[calendar]:
            done.add(ticker)
    return done


def new_job(
    session: Session,
    kind: str,
    tickers: list[str],
    *,
    full: bool,
    owner_id: int | None,
    session_date: str | None = None,
) -> Job:
    parameters: dict[str, object] = {"symbols": tickers, "full": full}
    if session_date is not None:
        parameters["session"] = session_date
    return create_job(session, service=SERVICE, kind=kind, owner_id=owner_id, parameters=parameters)


def begin(session: Session, job_id: str) -> Job | None:
    """Mark the job as running for one of its tasks; None when it has ended."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return None
    start_job(job)
    return job


def advance(session: Session, job_id: str) -> None:
    """Count what is done after a task, and end the job after its last one."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return
    progress = progress_of(session, job)
    if progress.pending:
        report_progress(
            job,
            progress.fraction,
            f"{progress.done} of {progress.total} symbols.",
            eta=eta(job, progress),
        )
    elif progress.failed == progress.total:
        fail(job, NoSymbolRefreshed(summary(progress)))
    else:
        succeed(job, message=summary(progress), result=result_path(job))


def summary(progress: Progress) -> str:
    """What came of a job, in a sentence."""
    fresh = progress.total - progress.failed
    if not progress.failed:
        return "1 symbol is up to date." if fresh == 1 else f"{fresh} symbols are up to date."
    names = ", ".join(progress.failures)
    more = ", …" if progress.failed > len(progress.failures) else ""
    return f"{fresh} of {progress.total} symbols are up to date; failed: {names}{more}."


def symbols_of(job: Job) -> list[str]:
    symbols = job.parameters["symbols"]
    return [str(symbol) for symbol in symbols] if isinstance(symbols, list) else []


def result_path(job: Job) -> str:
    symbols = symbols_of(job)
    return f"{BARS_PATH}?symbol={symbols[0]}" if len(symbols) == 1 else BARS_PATH


def eta(job: Job, progress: Progress) -> datetime | None:
    """The end when the rest goes as fast as what is done."""
    if job.started_at is None or not progress.done:
        return None
    now = utc_now()
    per_symbol = (now - job.started_at) / progress.done
    return now + max(per_symbol * progress.pending, timedelta(seconds=1))


def note_waiting(
    session: Session, job_id: str, later: ComeBackLater, *, requests_per_day: int
) -> bool:
    """Say in the job why it waits and when it goes on; False when it was ended meanwhile."""
    job = lock_job(session, job_id)
    if job.state in FINISHED:
        return False
    progress = progress_of(session, job)
    message = f"{progress.done} of {progress.total} symbols; {later.reason}"
    end = later.at
    if isinstance(later, DayIsSpent):
        message = f"{progress.done} of {progress.total} today; the rest after 00:00 US/Eastern."
        end = expected_end(
            pending=progress.pending, requests_per_day=requests_per_day, resumes_at=later.at
        )
    report_progress(job, progress.fraction, message, eta=end)
    return True


def give_up(session: Session, job_id: str, problem: Problem) -> None:
    """End a job with the problem of its only symbol."""
    job = lock_job(session, job_id)
    if job.state not in FINISHED:
        fail(job, problem)
