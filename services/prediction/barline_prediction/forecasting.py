"""One request for a forecast, from the bars to the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from barline_core.bars import BarSeries
from barline_core.clock import utc_now
from barline_prediction.aftermath import actuals, history
from barline_prediction.answer import as_json, closes_document, forecast_document
from barline_prediction.artefact import LoadedModel
from barline_prediction.errors import in_the_future
from barline_prediction.making import Basis, choose_basis, make_vintage
from barline_prediction.outcomes import meet
from barline_prediction.scorecard import Standing, counted, kinds, standing_of
from barline_prediction.store.ledger import read_ledger
from barline_prediction.store.vintages import find_vintage, load_bars, new_vintage_id, save_vintage
from barline_prediction.verdict import verdict
from barline_prediction.vintage import Vintage


@dataclass(frozen=True, slots=True)
class ForecastRequest:
    """What is asked for; `as_of` None means a live forecast from the newest bars."""

    symbol: str
    as_of: date | None
    with_history: bool
    with_actuals: bool


def forecast_symbol(
    session: Session, request: ForecastRequest, loaded: LoadedModel, today: date
) -> bytes:
    """The answer as JSON. The same bars give the same vintage, made at the first request for it."""
    if request.as_of is not None and request.as_of > today:
        raise in_the_future(request.as_of, today, parameter="as_of")
    symbol_id, series = load_bars(session, request.symbol)
    basis = choose_basis(symbol_id, series, request.as_of)
    vintage = find_vintage(session, basis.key(loaded.manifest.version))
    if vintage is None:
        made = make_vintage(basis, loaded, new_vintage_id(), utc_now())
        vintage = save_vintage(session, made)
    record = track_record(session, symbol_id, series, loaded.manifest.version)
    return answer(request, loaded, series, basis, vintage, record=record)


def track_record(
    session: Session, symbol_id: int, series: BarSeries, model_version: str
) -> tuple[Standing, ...]:
    """How this model's earlier forecasts of the symbol stand; empty while none has met its actual closes."""
    ledger = read_ledger(session, symbol_id, model_version=model_version)
    return tuple(standing_of(met) for met in kinds(counted(meet(ledger, series))[0]))


def answer(
    request: ForecastRequest,
    loaded: LoadedModel,
    series: BarSeries,
    basis: Basis,
    vintage: Vintage,
    *,
    record: Sequence[Standing],
) -> bytes:
    """The vintage with what is known of its quality, and the closes around it that were asked for."""
    words = verdict(
        request.symbol,
        loaded.manifest,
        in_sample=vintage.in_sample,
        records=record,
        actions_known=series.actions_known,
    )
    document = forecast_document(vintage, request.symbol, loaded.manifest, words)
    if request.with_history:
        document["history"] = closes_document(history(basis.series))
    if request.with_actuals:
        sessions = [step.date for step in vintage.steps]
        document["actuals"] = closes_document(actuals(series, basis.last_date, sessions))
    return as_json(document)
