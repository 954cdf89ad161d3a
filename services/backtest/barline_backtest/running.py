"""From a well-formed request to an answer: bars in, backtest, the run kept, JSON out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
from sqlalchemy.orm import Session

from barline_backtest.answer import Coverage, Document, Part, answer, metrics_part
from barline_backtest.backtest import Backtest, perform
from barline_backtest.certificate import parameter_values
from barline_backtest.data_findings import DataFaults
from barline_backtest.engine import NoSessions
from barline_backtest.errors import UnknownRun, no_sessions
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray, usable_prices
from barline_backtest.schemas import STORED_PARTS
from barline_backtest.store.runs import (
    RunRecord,
    find_run,
    load_bars,
    load_result,
    new_run_id,
    save_run,
)
from barline_backtest.strict_json import encode
from barline_core.bars import BarSeries, adjusted
from barline_core.sessions import calendar_for, sessions_between
from barline_core.tokens import Caller

KEPT: frozenset[Part] = frozenset(STORED_PARTS)


@dataclass(frozen=True, slots=True)
class Performed:
    """A backtest, and what there is of the symbol it was made on."""

    backtest: Backtest
    coverage: Coverage

    def document(self, run_id: str, include: frozenset[Part]) -> Document:
        return answer(self.backtest, run_id=run_id, coverage=self.coverage, include=include)


def run_backtest(
    session: Session, parameters: RunParameters, include: frozenset[Part], caller: Caller
) -> bytes:
    """The answer to one request as JSON. The first time an owner asks it, it is kept; later it has the same id."""
    performed = perform_on_stored_bars(session, parameters)
    run_id = find_run(session, caller.user_id, performed.backtest.certificate.digest)
    if run_id is None:
        run_id, body = keep(session, performed, caller)
        if include == KEPT:
            return body
    return encode(performed.document(run_id, include))


def perform_on_stored_bars(session: Session, parameters: RunParameters) -> Performed:
    """Read the symbol's bars and backtest on them. Raises UnknownSymbol or NotEnoughHistory."""
    series, capability = load_bars(session, parameters.symbol, parameters.known_at)
    if not len(series):
        raise no_sessions(series, parameters)
    view = adjusted(series, parameters.price_basis)
    prices, unusable = usable_prices(view.date, view.open, view.close)
    missing = missing_sessions(series)
    faults = DataFaults(missing, unusable, series.actions_known)
    try:
        backtest = perform(prices, parameters, data_version=series.data_version, faults=faults)
    except NoSessions as error:
        raise no_sessions(series, parameters) from error
    first_date: date = series.date[0].item()
    last_date: date = series.date[-1].item()
    coverage = Coverage(first_date, last_date, len(series), int(missing.size), capability)
    return Performed(backtest, coverage)


def missing_sessions(series: BarSeries) -> DateArray:
    """The exchange's sessions between the first and the last bar that have no bar."""
    calendar = calendar_for(series.symbol)
    expected = sessions_between(calendar, series.date[0].item(), series.date[-1].item())
    # Both are sorted, so that each session's place among the bars says whether it has one.
    place = np.searchsorted(series.date, expected)
    missing: DateArray = expected[series.date[place] != expected]
    return missing


def keep(session: Session, performed: Performed, caller: Caller) -> tuple[str, bytes]:
    """Store the run with its whole answer; gives its id and that answer.

    When another request has kept the same run a moment ago, they are those of that run.
    """
    backtest, run_id = performed.backtest, new_run_id()
    body = encode(performed.document(run_id, KEPT))
    metrics: dict[str, object] = orjson.loads(encode(metrics_part(backtest.metrics)))
    record = RunRecord(
        run_id=run_id,
        owner_id=caller.user_id,
        symbol=backtest.parameters.symbol,
        digest=backtest.certificate.digest,
        engine_version=backtest.certificate.engine_version,
        data_version=backtest.certificate.data_version,
        parameters=dict(parameter_values(backtest.parameters)),
        metrics=metrics,
        result=body,
    )
    kept_id = save_run(session, record)
    return kept_id, body if kept_id == run_id else encode(performed.document(kept_id, KEPT))


def read_run(session: Session, run_id: str, include: frozenset[Part], caller: Caller) -> bytes:
    """A run of the caller as it was answered then. Raises UnknownRun, also for the run of somebody else."""
    result = load_result(session, run_id, caller.user_id)
    if result is None:
        raise UnknownRun(run_id)
    left_out = KEPT - include
    if not left_out:
        return result
    document: Document = orjson.loads(result)
    return encode({name: part for name, part in document.items() if name not in left_out})
