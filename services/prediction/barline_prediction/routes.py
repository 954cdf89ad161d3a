"""The HTTP surface of the prediction service."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse

from barline_core.db import SessionDep
from barline_core.jobs import FINISHED, job_document
from barline_core.models import Job
from barline_core.route_inputs import NoQuery
from barline_core.service import CallerDep
from barline_prediction.answer import as_json
from barline_prediction.assessing import score_symbol
from barline_prediction.forecasting import forecast_symbol
from barline_prediction.ordering import batch_document, order_batch, own_batch
from barline_prediction.schemas import (
    BatchBody,
    BatchQuery,
    ForecastQuery,
    ScorecardQuery,
)
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


@router.post("/ai_prediction")
def ai_predictions(
    body: BatchBody,
    query: Annotated[NoQuery, Query()],
    model: ModelDep,
    session: SessionDep,
    *,
    caller: CallerDep,
    request: Request,
) -> Response:
    """Forecasts of many symbols, as a job."""
    today = request.app.state.settings.market_clock.today()
    job = order_batch(session, body.request(), model.manifest.version, today, caller)
    where = {"Location": f"/jobs/{job.id}"}
    return JSONResponse(job_document(job), status_code=HTTPStatus.ACCEPTED, headers=where)


@router.get("/ai_prediction/batches/{batch_id}")
def batch(
    batch_id: str, query: Annotated[BatchQuery, Query()], session: SessionDep, caller: CallerDep
) -> Response:
    """What became of each symbol: 200 when the job has ended, 202 while it goes on."""
    found = own_batch(session, batch_id, caller)
    document = batch_document(session, found, query)
    over = session.get_one(Job, batch_id).state in FINISHED
    status = HTTPStatus.OK if over else HTTPStatus.ACCEPTED
    return Response(as_json(document), status_code=status, media_type=JSON)


@router.get("/ai_prediction/model")
def model_card(_: Annotated[NoQuery, Query()], model: ModelDep) -> Response:
    """Where the served model comes from and how it did on symbols and years it had not seen."""
    return Response(as_json(model.manifest.document()), media_type=JSON)


@router.get("/ai_prediction/scorecard")
def scorecard(
    query: Annotated[ScorecardQuery, Query()], model: ModelDep, session: SessionDep
) -> Response:
    """How the stored forecasts of a symbol turned out, against the actual closes and the baselines."""
    return Response(score_symbol(session, query.request(), model), media_type=JSON)
