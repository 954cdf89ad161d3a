"""The HTTP surface of the prediction service."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from barline_core.db import SessionDep
from barline_prediction.answer import as_json
from barline_prediction.forecasting import forecast_symbol
from barline_prediction.schemas import ForecastQuery, NoQuery
from barline_prediction.serving import ModelDep

JSON = "application/json"

router = APIRouter()


@router.get("/ai_prediction")
def ai_prediction(
    query: Annotated[ForecastQuery, Query()],
    model: ModelDep,
    session: SessionDep,
    request: Request,
) -> Response:
    """The next 30 sessions, as forecast when they were first asked for on these bars."""
    today = request.app.state.settings.market_clock.today()
    return Response(forecast_symbol(session, query.request(), model, today), media_type=JSON)


@router.get("/ai_prediction/model")
def model_card(_: Annotated[NoQuery, Query()], model: ModelDep) -> Response:
    """Where the served model comes from and how it did on symbols and years it had not seen."""
    return Response(as_json(model.manifest.document()), media_type=JSON)
