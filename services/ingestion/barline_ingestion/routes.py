"""The internal routes of ingestion."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse, Response

from barline_core.db import Database, SessionDep
from barline_core.jobs import job_document
from barline_core.route_inputs import NoQuery, WaitQuery
from barline_core.service import CallerDep
from barline_core.waiting import wait_for_job
from barline_ingestion import jobs
from barline_ingestion.answering import bars_answer, budget_document, job_answer, registered
from barline_ingestion.reading import Selection, select_bars
from barline_ingestion.schemas import (
    BarsQuery,
    BudgetDocument,
    RefreshRequest,
)
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store.symbols import purge, status_of, valid_ticker

router = APIRouter()


@router.post("/symbols/{symbol}/load")
def load_symbol(
    symbol: str, query: Annotated[WaitQuery, Query()], request: Request, caller: CallerDep
) -> Response:
    """Load a registered symbol's history; answers when it is done, or after `wait` seconds."""
    database: Database = request.app.state.database
    ticker = valid_ticker(symbol)
    with database.transaction() as session:
        job_id = jobs.queue_load(session, ticker, owner_id=caller.user_id).id
    return job_answer(wait_for_job(database, job_id, query.wait))


@router.post("/refreshes")
def refresh_symbols(
    body: Annotated[RefreshRequest, Body()],
    query: Annotated[NoQuery, Query()],
    session: SessionDep,
    caller: CallerDep,
    request: Request,
) -> Response:
    """Fetch what the symbols lack, as a job."""
    settings: IngestionSettings = request.app.state.settings
    tickers = None if body.symbols is None else registered(session, body.symbols)
    job = jobs.queue_refresh(
        session,
        tickers,
        full=body.full,
        owner_id=caller.user_id,
        market_clock=settings.market_clock,
    )
    return JSONResponse(job_document(job), status_code=202)


@router.get("/symbols/{symbol}/bars")
def read_symbol(symbol: str, query: Annotated[BarsQuery, Query()], session: SessionDep) -> Response:
    """A symbol's bars with coverage and findings."""
    wanted = Selection(query.start, query.end, query.price_basis, query.known_at)
    return bars_answer(select_bars(session, valid_ticker(symbol), wanted), query.format)


@router.delete("/symbols/{symbol}", status_code=204)
def purge_symbol(
    symbol: str,
    query: Annotated[NoQuery, Query()],
    session: SessionDep,
) -> None:
    """Delete all that ingestion keeps of a symbol; the registry entry is the gateway's."""
    purge(session, status_of(session, valid_ticker(symbol)).symbol_id)


@router.get("/budget")
def read_budget(
    query: Annotated[NoQuery, Query()],
    session: SessionDep,
    request: Request,
) -> BudgetDocument:
    """What is left of the key's day, and what the key may do."""
    settings: IngestionSettings = request.app.state.settings
    return budget_document(session, settings)
