"""What a worker does with one symbol of a sweep."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from barline_backtest import jobs
from barline_backtest.certificate import restore_parameters
from barline_backtest.engine import NoSessions
from barline_backtest.errors import no_sessions
from barline_backtest.grid import Grid
from barline_backtest.parameters import RunParameters
from barline_backtest.reporting import Cancelled, JobReporter
from barline_backtest.store import sweeps
from barline_backtest.store.trials import grid_of, tried_before
from barline_backtest.stored_bars import StoredBars, read_stored_bars
from barline_backtest.sweep_summary import stored_summary
from barline_backtest.symbol_sweep import SymbolSweep, sweep_symbol
from barline_backtest.trials import Tried, count_prior_trials, setting_of_run
from barline_core.db import Database
from barline_core.jobs import begin, end_cancelled, lock_job
from barline_core.models import Sweep
from barline_core.problems import Problem, problem_document

log = structlog.get_logger("barline.backtest")


@dataclass(frozen=True, slots=True)
class Workplace:
    """What tasks work with: the database, and the threads a task may use (None: as many as there are cores)."""

    database: Database
    threads: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One symbol's part of a sweep, read before anything is computed."""

    parameters: RunParameters
    grid: Grid
    bars: StoredBars
    prior_trials: int
    alone: bool


def run_sweep_symbol(place: Workplace, job_id: str, sweep_id: str, symbol: str) -> None:
    """Sweep one symbol and store it. A second run does no harm: what is stored is not computed again."""
    with place.database.transaction() as session:
        if not begin(session, job_id):
            return
        done = sweeps.is_finished(session, sweep_id, symbol)
    if not done:
        try:
            compute_and_store(place, job_id, sweep_id, symbol)
        except Problem as problem:
            note_problem(place, job_id, sweep_id, symbol, problem)
        except Cancelled:
            stop(place, job_id)
            return
    with place.database.transaction() as session:
        jobs.advance_sweep(session, job_id, sweep_id)


def compute_and_store(place: Workplace, job_id: str, sweep_id: str, symbol: str) -> None:
    """Read, compute outside of any transaction, write. Raises a Problem when the symbol cannot be swept."""
    assignment = read_assignment(place, sweep_id, symbol)
    report = JobReporter(place.database, job_id, alone=assignment.alone)
    swept = compute(assignment, place.threads, report)
    with place.database.transaction() as session:
        sweeps.save_cells(
            session,
            sweep_id,
            symbol,
            cells=swept.cells,
            summary=stored_summary(symbol, swept),
            data_version=assignment.bars.data_version,
        )
    log.info(
        "symbol.swept",
        symbol=symbol,
        cells=len(swept.cells),
        cells_s=round(swept.cells_s, 4),
        statistics_s=round(swept.statistics_s, 4),
    )


def read_assignment(place: Workplace, sweep_id: str, symbol: str) -> Assignment:
    """The bars, and what the owner tried on the symbol before the sweep was made."""
    with place.database.transaction() as session:
        sweep = session.get_one(Sweep, sweep_id)
        parameters, grid = parameters_of(sweep, symbol), grid_of(sweep.grid)
        now = Tried(setting_of_run(parameters), grid)
        earlier = tried_before(session, sweep.owner_id, symbol, sweep.created_at)
        return Assignment(
            parameters=parameters,
            grid=grid,
            bars=read_stored_bars(session, parameters),
            prior_trials=count_prior_trials(earlier, now),
            alone=sweeps.count_symbols(session, sweep_id)[0] == 1,
        )


def compute(
    assignment: Assignment, threads: int | None, report: Callable[[float, str], None]
) -> SymbolSweep:
    """The sweep of the symbol. Raises NotEnoughHistory when no bar lies between start and end."""
    parameters, bars = assignment.parameters, assignment.bars
    try:
        return sweep_symbol(
            bars.prices(parameters.price_basis),
            parameters,
            assignment.grid,
            data_version=bars.data_version,
            faults=bars.faults(),
            prior_trials=assignment.prior_trials,
            threads=threads,
            report=report,
        )
    except NoSessions as error:
        raise no_sessions(bars.series, parameters) from error


def parameters_of(sweep: Sweep, symbol: str) -> RunParameters:
    """The sweep's choices as parameters of a run; the windows are the grid's first and stand for none."""
    grid = grid_of(sweep.grid)
    winbuy, winsell = grid.cell(0)
    named = {"symbol": symbol, "winbuy": winbuy, "winsell": winsell}
    return restore_parameters({**sweep.parameters, **named})


def note_problem(
    place: Workplace, job_id: str, sweep_id: str, symbol: str, problem: Problem
) -> None:
    """Keep why a symbol could not be swept; the others go on."""
    log.warning("symbol.failed", symbol=symbol, problem=problem.type, detail=problem.detail)
    document = problem_document(
        type(problem),
        detail=problem.detail,
        instance=f"{jobs.SWEEPS_PATH}/{sweep_id}",
        request_id=job_id,
    )
    with place.database.transaction() as session:
        sweeps.save_problem(session, sweep_id, symbol, document)


def give_up_symbol(
    place: Workplace, job_id: str, sweep_id: str, symbol: str, crash: Problem
) -> None:
    """Keep that a symbol's task keeps crashing; the others go on."""
    note_problem(place, job_id, sweep_id, symbol, crash)
    with place.database.transaction() as session:
        jobs.advance_sweep(session, job_id, sweep_id)


def stop(place: Workplace, job_id: str) -> None:
    """End a job that was cancelled while its task ran."""
    with place.database.transaction() as session:
        job = lock_job(session, job_id)
        if job.finished_at is None:
            end_cancelled(job)
    log.info("job.cancelled", job=job_id)
