"""One request for a forecast, from the bars to the answer."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlalchemy.orm import Session

from barline_core.bars import BarSeries
from barline_core.clock import utc_now
from barline_prediction.aftermath import actuals, history
from barline_prediction.answer import as_json, closes_document, forecast_document
from barline_prediction.artefact import LoadedModel
from barline_prediction.errors import as_of_in_the_future
from barline_prediction.making import Basis, choose_basis, make_vintage
from barline_prediction.store import find_vintage, load_bars, save_vintage
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
        raise as_of_in_the_future(request.as_of, today)
    symbol_id, series = load_bars(session, request.symbol)
    basis = choose_basis(symbol_id, series, request.as_of)
    vintage = find_vintage(session, basis.key(loaded.manifest.version))
    if vintage is None:
        # As long as a column of the database: the prefix and 32 digits.
        made = make_vintage(basis, loaded, f"vintage-{uuid4().hex}", utc_now())
        vintage = save_vintage(session, made)
    return answer(request, loaded, series, basis, vintage)


def answer(
    request: ForecastRequest,
    loaded: LoadedModel,
    series: BarSeries,
    basis: Basis,
    vintage: Vintage,
) -> bytes:
    """The vintage with what is known of its quality, and the closes around it that were asked for."""
    words = verdict(
        request.symbol,
        loaded.manifest,
        in_sample=vintage.in_sample,
        record=None,
        actions_known=series.actions_known,
    )
    document = forecast_document(vintage, request.symbol, loaded.manifest, words)
    if request.with_history:
        document["history"] = closes_document(history(basis.series))
    if request.with_actuals:
        sessions = [step.date for step in vintage.steps]
        document["actuals"] = closes_document(actuals(series, basis.last_date, sessions))
    return as_json(document)
