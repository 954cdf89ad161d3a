"""What a worker does with a walk-forward."""

import structlog

from barline_backtest import jobs
from barline_backtest.certificate import restore_parameters
from barline_backtest.engine import NoSessions
from barline_backtest.errors import no_sessions
from barline_backtest.reporting import Cancelled, JobReporter
from barline_backtest.store.sweeps import save_walk_forward
from barline_backtest.store.trials import grid_of
from barline_backtest.stored_bars import StoredBars, read_stored_bars
from barline_backtest.strict_json import encode
from barline_backtest.sweeping import Workplace, stop
from barline_backtest.walk_forward_document import plan_of, walk_forward_result
from barline_backtest.walkforward import Plan, walk_forward
from barline_core.jobs import FINISHED, begin, fail, lock_job, succeed
from barline_core.models import WalkForward
from barline_core.problems import NotEnoughHistory, Problem

log = structlog.get_logger("barline.backtest")


def run_walk_forward(place: Workplace, job_id: str, walk_id: str) -> None:
    """Evaluate and store. A second run makes the same result again."""
    with place.database.transaction() as session:
        if not begin(session, job_id):
            return
    try:
        compute_and_store(place, job_id, walk_id)
    except Problem as problem:
        log.warning("walk_forward.failed", problem=problem.type, detail=problem.detail)
        give_up_walk_forward(place, job_id, problem)
    except Cancelled:
        stop(place, job_id)


def give_up_walk_forward(place: Workplace, job_id: str, problem: Problem) -> None:
    """End the job with what went wrong, unless it has ended meanwhile."""
    with place.database.transaction() as session:
        job = lock_job(session, job_id)
        if job.state not in FINISHED:
            fail(job, problem)


def compute_and_store(place: Workplace, job_id: str, walk_id: str) -> None:
    """Read, compute outside of any transaction, write, and end the job."""
    with place.database.transaction() as session:
        walk = session.get_one(WalkForward, walk_id)
        grid, plan = grid_of(walk.grid), plan_of(walk.plan)
        winbuy, winsell = grid.cell(0)
        parameters = restore_parameters({**walk.parameters, "winbuy": winbuy, "winsell": winsell})
        bars = read_stored_bars(session, parameters)
    prices = bars.prices(parameters.price_basis)
    report = JobReporter(place.database, job_id, alone=True)
    try:
        result = walk_forward(prices, parameters, grid, plan, threads=place.threads, report=report)
    except NoSessions as error:
        raise (
            too_short(bars, plan) if len(prices) else no_sessions(bars.series, parameters)
        ) from error
    body = encode(walk_forward_result(prices, result))
    with place.database.transaction() as session:
        job = lock_job(session, job_id)
        if job.state not in FINISHED:
            save_walk_forward(session, walk_id, result=body, data_version=bars.data_version)
            succeed(job, message="Done.", result=f"{jobs.WALK_FORWARDS_PATH}/{walk_id}")


def too_short(bars: StoredBars, plan: Plan) -> NotEnoughHistory:
    """Nothing is left to trade after the first in-sample window."""
    return NotEnoughHistory(
        f"{bars.series.symbol} has no session left after {plan.in_sample_sessions} sessions in sample, between the "
        "dates asked for. Choose a shorter in-sample window, or load more history."
    )
