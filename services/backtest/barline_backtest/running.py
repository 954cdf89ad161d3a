"""From a well-formed request to an answer: bars in, backtest, the run kept, JSON out."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy.orm import Session

from barline_backtest import exports
from barline_backtest.answer import Coverage, Document, Part, answer, metrics_part
from barline_backtest.backtest import Backtest, perform
from barline_backtest.certificate import ParameterValue, parameter_values
from barline_backtest.engine import NoSessions
from barline_backtest.errors import UnknownRun, no_sessions
from barline_backtest.parameters import RunParameters
from barline_backtest.schemas import STORED_PARTS
from barline_backtest.store.runs import (
    RunRecord,
    find_run,
    load_result,
    new_run_id,
    save_run,
)
from barline_backtest.stored_bars import StoredBars, read_stored_bars
from barline_backtest.strict_json import encode
from barline_core.tokens import Caller

KEPT: frozenset[Part] = frozenset(STORED_PARTS)


@dataclass(frozen=True, slots=True)
class Performed:
    """A backtest, and what there is of the symbol it was made on."""

    backtest: Backtest
    coverage: Coverage

    @property
    def parameters(self) -> Mapping[str, ParameterValue]:
        """As they are answered and kept."""
        return parameter_values(self.backtest.parameters)

    def document(self, run_id: str, include: frozenset[Part]) -> Document:
        return answer(self.backtest, run_id=run_id, coverage=self.coverage, include=include)


def run_backtest(
    session: Session, parameters: RunParameters, include: frozenset[Part], caller: Caller
) -> bytes:
    """The answer to one request as JSON. The first time an owner asks it, it is kept; later it has the same id."""
    return answer_kept(session, perform_on_stored_bars(session, parameters), include, caller)


def answer_kept(
    session: Session, performed: Performed, include: frozenset[Part], caller: Caller
) -> bytes:
    """The answer as JSON, after keeping the run unless its owner has it already."""
    run_id = find_run(session, caller.user_id, performed.backtest.certificate.digest)
    if run_id is None:
        run_id, body = keep(session, performed, caller)
        if include == KEPT:
            return body
    return encode(performed.document(run_id, include))


def perform_on_stored_bars(session: Session, parameters: RunParameters) -> Performed:
    """Read the symbol's bars and backtest on them. Raises UnknownSymbol or NotEnoughHistory."""
    bars = read_stored_bars(session, parameters)
    return Performed(perform_on(bars, parameters), bars.coverage())


def perform_on(bars: StoredBars, parameters: RunParameters) -> Backtest:
    """Backtest on bars that are read already. Raises NotEnoughHistory when none lies between start and end."""
    try:
        return perform(
            bars.prices(parameters.price_basis),
            parameters,
            data_version=bars.data_version,
            faults=bars.faults(),
        )
    except NoSessions as error:
        raise no_sessions(bars.series, parameters) from error


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
        parameters=dict(performed.parameters),
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


def read_table(
    session: Session, run_id: str, part: exports.Part, form: exports.TableFormat, caller: Caller
) -> bytes:
    """Trades or equity of a run of the caller as a table. Raises UnknownRun."""
    result = load_result(session, run_id, caller.user_id)
    if result is None:
        raise UnknownRun(run_id)
    return exports.write_table(exports.run_table(orjson.loads(result), part), form)
