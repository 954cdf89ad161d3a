"""What a task does with one symbol, and what becomes of its job."""

from datetime import datetime, timedelta

import structlog

from barline_core.clock import utc_now
from barline_core.models import Job
from barline_core.problems import NotFound, Problem, UnknownSymbol
from barline_core.retrying import ComeBackLater
from barline_ingestion import jobs
from barline_ingestion.actions import actions_of_events
from barline_ingestion.capability import REFUSALS, SPLITS, Use, action_uses
from barline_ingestion.errors import UpstreamLimit, is_passing
from barline_ingestion.event_payload import Actions
from barline_ingestion.recording import record_actions, record_bars, record_failure
from barline_ingestion.refresh import fetch_bars
from barline_ingestion.refusals import PASSING, Refused
from barline_ingestion.store import calls
from barline_ingestion.store.symbols import StatusOfSymbol, status_of, touch
from barline_ingestion.symbol_tasks import defer_actions
from barline_ingestion.world import World

PATIENCE = 3  # attempts of a refresh at a symbol whose answers go wrong in a passing way
ASK_AGAIN_IN = timedelta(minutes=5)
LIMIT_PASSES_IN = timedelta(minutes=1)

log = structlog.get_logger("barline.ingestion")


def run_refresh(world: World, job_id: str, ticker: str, *, full: bool, attempts: int) -> None:
    """One symbol's part of a job. A second run does no harm: what is stored is not asked again."""
    with world.database.transaction() as session:
        job = jobs.begin(session, job_id)
    if job is None:
        return
    try:
        refresh(world, job, ticker, full=full, attempts=attempts)
    except ComeBackLater as later:
        limit = world.provider.rules.free_daily_limit
        with world.database.transaction() as session:
            goes_on = jobs.note_waiting(session, job_id, later, requests_per_day=limit)
        if goes_on:
            raise
    except Problem as problem:
        conclude_failed(world, job, ticker, problem)
    else:
        with world.database.transaction() as session:
            jobs.advance(session, job_id)


def refresh(world: World, job: Job, ticker: str, *, full: bool, attempts: int) -> None:
    """Fetch and store what the symbol lacks, or raise why that is not possible now."""
    try:
        fetched = fetch_bars(world, ticker, full=full)
    except UpstreamLimit as limit:
        raise ComeBackLater(limit.detail, utc_now() + LIMIT_PASSES_IN) from None
    except Problem as problem:
        if job.kind in jobs.PATIENT and attempts < PATIENCE and is_passing(problem):
            raise ComeBackLater(problem.detail, utc_now() + ASK_AGAIN_IN) from None
        raise
    with world.database.transaction() as session:
        if fetched is None:
            symbol_id = status_of(session, ticker).symbol_id
            touch(session, symbol_id, attempted_at=not_before(job.created_at))
            return
        merged = record_bars(session, ticker, fetched, attempted_at=job.created_at)
        if not status_of(session, ticker).actions_known:
            defer_actions(session, ticker)
    log.info("symbol.refreshed", symbol=ticker, added=merged.added, revised=merged.revised)


def give_up(world: World, job_id: str, ticker: str, crash: Problem) -> None:
    """End the symbol's part of a job whose task keeps crashing."""
    with world.database.transaction() as session:
        job = session.get_one(Job, job_id)
    conclude_failed(world, job, ticker, crash)


def not_before(instant: datetime) -> datetime:
    """Now, unless this host's clock is behind the one that made the job."""
    return max(utc_now(), instant)


def conclude_failed(world: World, job: Job, ticker: str, problem: Problem) -> None:
    """Note the failure at the symbol, and end the job with it when there is no other symbol."""
    log.warning("symbol.failed", symbol=ticker, problem=problem.type, detail=problem.detail)
    with world.database.transaction() as session:
        try:
            record_failure(session, ticker, problem, request_id=job.id, attempted_at=job.created_at)
        except NotFound:
            log.info("symbol.gone", symbol=ticker)  # It was removed meanwhile.
        if jobs.symbols_of(job) == [ticker]:
            jobs.give_up(session, job.id, problem)
    with world.database.transaction() as session:
        jobs.advance(session, job.id)


def fetch_actions(world: World, ticker: str, *, attempts: int) -> None:
    """Splits and dividends of a symbol whose bars came without; they stay unknown when refused.

    Each kind is stored as it comes: a budget that ends between the two wastes no request.
    """
    with world.database.transaction() as session:
        grants = calls.grants_of(session, world.provider.rules.fingerprint)
    for use in action_uses(grants, now=utc_now()):
        try:
            with world.database.transaction() as session:
                status = status_of(session, ticker)
            if not lacks_actions(status, use):
                continue
            answer = world.provider.ask(use, ticker)
            if isinstance(answer, Refused) and answer.kind in PASSING and attempts < PATIENCE:
                raise ComeBackLater(answer.text, utc_now() + LIMIT_PASSES_IN)
            if isinstance(answer, Refused) and answer.kind in REFUSALS:
                continue  # the other kind may be allowed
            if not isinstance(answer, Actions):
                return
            found = actions_of_events(answer, today=world.market_clock.today())
            with world.database.transaction() as session:
                record_actions(session, ticker, found, now=utc_now())
        except UnknownSymbol:
            log.info("symbol.gone", symbol=ticker)  # It was removed meanwhile.
            return


def lacks_actions(status: StatusOfSymbol, use: Use) -> bool:
    """Whether a bar is newer than what is known of this kind."""
    through = status.known.splits_through if use == SPLITS else status.known.dividends_through
    return status.last_date is not None and (through is None or through < status.last_date)
