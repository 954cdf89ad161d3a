"""The internal routes that bring bars from a file and find symbols by name."""

from typing import IO, Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from barline_core.db import Database
from barline_ingestion.answering import import_document
from barline_ingestion.importing import import_csv
from barline_ingestion.schemas import (
    ImportDocument,
    ImportQuery,
    SearchDocument,
    SearchQuery,
)
from barline_ingestion.searching import search
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store.symbols import status_of, valid_ticker
from barline_ingestion.uploads import lines_of, received

router = APIRouter()


@router.post("/symbols/{symbol}/import")
async def import_bars(
    symbol: str, query: Annotated[ImportQuery, Query()], request: Request
) -> ImportDocument:
    """Store the CSV in the body, which may be large, so it is received in pieces."""
    ticker = valid_ticker(symbol)
    with await received(request.stream()) as file:
        return await run_in_threadpool(store_file, request, ticker, file, query)


def store_file(
    request: Request, ticker: str, file: IO[bytes], query: ImportQuery
) -> ImportDocument:
    """All of the file in one transaction, or nothing."""
    database: Database = request.app.state.database
    settings: IngestionSettings = request.app.state.settings
    with database.transaction() as session:
        status_of(session, ticker)  # an unregistered symbol is refused before the file is read
        imported = import_csv(session, ticker, lines_of(file), query.prices, settings.market_clock)
        return import_document(imported)


@router.get("/search")
def search_symbols(query: Annotated[SearchQuery, Query()], request: Request) -> SearchDocument:
    """Shares by name or symbol; costs a request unless it was asked lately."""
    found = search(request.app.state.world, query.keywords)
    return SearchDocument.model_validate(found, from_attributes=True)
