"""One request for a scorecard, from the ledger to the answer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from barline_prediction.answer import as_json
from barline_prediction.artefact import LoadedModel
from barline_prediction.errors import unknown_model_version
from barline_prediction.outcomes import meet
from barline_prediction.pins import PINNED_SHA256
from barline_prediction.rivals import rival_quantiles
from barline_prediction.scorecard import counted, kinds, record_of
from barline_prediction.scorecard_document import outcomes_document, scorecard_document
from barline_prediction.store.ledger import read_ledger, stored_versions
from barline_prediction.store.vintages import load_bars
from barline_prediction.verdict import scored, verdict_on_record


@dataclass(frozen=True, slots=True)
class ScorecardRequest:
    """Which stored forecasts to score: dates are of their last bars, inclusive; None means all.

    With a `step` their outcomes at that step come along.
    """

    symbol: str
    model_version: str | None
    hindcast: bool | None
    start: date | None
    end: date | None
    step: int | None


def score_symbol(session: Session, request: ScorecardRequest, loaded: LoadedModel) -> bytes:
    """The scorecard as JSON. Its verdict is on the version served, or on the one asked for."""
    symbol_id, series = load_bars(session, request.symbol)
    known = {*PINNED_SHA256, *stored_versions(session, symbol_id)}
    if request.model_version is not None and request.model_version not in known:
        raise unknown_model_version(request.model_version, sorted(known))
    ledger = read_ledger(
        session,
        symbol_id,
        model_version=request.model_version,
        hindcast=request.hindcast,
        start=request.start,
        end=request.end,
    )
    met, left_out = counted(meet(ledger, series, rival_quantiles(ledger, series)))
    made = [record_of(one) for one in kinds(met)]
    version = request.model_version or loaded.manifest.version
    words = verdict_on_record(
        request.symbol,
        [one.standing for one in made if one.standing.model_version == version],
    )
    told = [(record, scored(request.symbol, record.standing)) for record in made]
    document = scorecard_document(series, told, left_out, words)
    if request.step is not None:
        document["outcomes"] = outcomes_document(met, request.step)
    return as_json(document)
