"""What a worker does with some symbols of a batch: read, forecast all at once, store."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from barline_core.clock import utc_now
from barline_core.db import Database
from barline_core.jobs import begin
from barline_core.models import ForecastBatch
from barline_core.problems import Problem, problem_document
from barline_prediction import jobs
from barline_prediction.artefact import LoadedModel
from barline_prediction.making import Basis, make_vintages
from barline_prediction.origins import choose_bases
from barline_prediction.store import batches
from barline_prediction.store.vintages import load_bars, new_vintage_id
from barline_prediction.vintage import VintageKey

log = structlog.get_logger("barline.prediction")


@dataclass(frozen=True, slots=True)
class Workplace:
    """What tasks work with: the database, and the model of each version."""

    database: Database
    model_of: Callable[[str], LoadedModel]


@dataclass(frozen=True, slots=True)
class Assignment:
    """One symbol of a batch and the bases of its forecasts, oldest first."""

    position: int
    keys: tuple[VintageKey, ...]
    bases: tuple[Basis, ...]


def forecast_symbols(place: Workplace, job_id: str, first: int, stop: int) -> None:
    """Forecast the symbols of a batch from `first` up to but not including `stop`.

    All or none of them are stored. A second run does no harm: what is done is not done again.
    """
    with place.database.transaction() as session:
        if not begin(session, job_id):
            return
    with place.database.transaction() as session:
        batch = session.get_one(ForecastBatch, job_id)
        loaded = place.model_of(batch.model_version)
        made = forecast_waiting(session, batch, loaded, first, stop)
    with place.database.transaction() as session:
        jobs.advance(session, job_id)
    log.info("symbols.forecast", job=job_id, first=first, stop=stop, made=made)


def forecast_waiting(
    session: Session, batch: ForecastBatch, loaded: LoadedModel, first: int, stop: int
) -> int:
    """Make and note the vintages of the symbols that wait; gives how many are new."""
    assignments = [
        assignment
        for position, symbol in batches.waiting_symbols(session, batch.id, first, stop)
        if (assignment := assign(session, batch, position, symbol)) is not None
    ]
    if not assignments:
        return 0
    made = make_missing(session, assignments, loaded, utc_now())
    ids = batches.find_ids(session, [key for one in assignments for key in one.keys])
    for one in assignments:
        newest = ids[one.keys[-1]]
        batches.note_forecasts(
            session, batch.id, one.position, forecasts=len(one.keys), vintage_id=newest
        )
    return made


def assign(session: Session, batch: ForecastBatch, position: int, symbol: str) -> Assignment | None:
    """What is to be forecast of a symbol; None, with the problem noted, when nothing can be."""
    try:
        symbol_id, series = load_bars(session, symbol)
        bases = choose_bases(symbol_id, series, batches.wanted_of(batch))
    except Problem as problem:
        note(session, batch.id, position, problem)
        return None
    keys = tuple(basis.key(batch.model_version) for basis in bases)
    return Assignment(position, keys, tuple(bases))


def make_missing(
    session: Session, assignments: list[Assignment], loaded: LoadedModel, made_at: datetime
) -> int:
    """Make and store the vintages that nobody has made before."""
    wanted = {
        key: basis for one in assignments for key, basis in zip(one.keys, one.bases, strict=True)
    }
    known = batches.find_ids(session, list(wanted))
    missing = [basis for key, basis in wanted.items() if key not in known]
    if missing:
        ids = [new_vintage_id() for _ in missing]
        batches.save_vintages(session, make_vintages(missing, loaded, ids, made_at))
    return len(missing)


def note_crash(place: Workplace, job_id: str, first: int, stop: int, problem: Problem) -> None:
    """Give up the symbols of a task that keeps crashing; the others go on."""
    with place.database.transaction() as session:
        for position, _ in batches.waiting_symbols(session, job_id, first, stop):
            note(session, job_id, position, problem)
        jobs.advance(session, job_id)


def note(session: Session, batch_id: str, position: int, problem: Problem) -> None:
    """Keep why a symbol could not be forecast."""
    document = problem_document(
        type(problem),
        detail=problem.detail,
        instance=f"{jobs.BATCHES_PATH}/{batch_id}",
        request_id=batch_id,
    )
    batches.note_problem(session, batch_id, position, document)
