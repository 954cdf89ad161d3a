"""Symbols and their bars."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from pydantic import TypeAdapter

from barline_client.call import BYTES, Call, Upload, get, post
from barline_client.models import Bars, Found, Imported, Job, Removed, Symbol, SymbolPage

PriceBasis = Literal["raw", "split", "total_return"]
Prices = Literal["raw", "split_adjusted"]
Table = Literal["csv", "parquet"]

PAGE: TypeAdapter[SymbolPage] = TypeAdapter(SymbolPage)
BARS: TypeAdapter[Bars] = TypeAdapter(Bars)
ADDED: TypeAdapter[Symbol | Job] = TypeAdapter(Symbol | Job)
JOB: TypeAdapter[Job] = TypeAdapter(Job)
REMOVED: TypeAdapter[Removed] = TypeAdapter(Removed)
IMPORTED: TypeAdapter[Imported] = TypeAdapter(Imported)
FOUND: TypeAdapter[Found] = TypeAdapter(Found)

DATA = "/financial_data/data"


def list_symbols(
    *,
    search: str | None = None,
    ordering: str | None = None,
    active: bool | None = None,
    page: int | None = None,
    page_size: int | None = None,
) -> Call[SymbolPage]:
    """The registered symbols."""
    query = {"search": search, "ordering": ordering, "active": active}
    return get("readData", DATA, PAGE, {**query, "page": page, "page_size": page_size})


def read_data(
    symbol: str,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    price_basis: PriceBasis | None = None,
    known_at: dt.datetime | None = None,
) -> Call[Bars]:
    """A symbol's bars, the oldest first."""
    window = {"start": start, "end": end, "price_basis": price_basis, "known_at": known_at}
    return get("readData", DATA, BARS, {"symbol": symbol, **window})


def bars_table(
    symbol: str,
    table: Table,
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    price_basis: PriceBasis | None = None,
    known_at: dt.datetime | None = None,
) -> Call[bytes]:
    """The same as a file, to be downloaded."""
    window = {"start": start, "end": end, "price_basis": price_basis, "known_at": known_at}
    return get("readData", DATA, BYTES, {"symbol": symbol, **window, "format": table})


def add_symbols(*symbols: str, wait_s: int | None = None) -> Call[Symbol | Job]:
    """Register symbols; a job when they are still loading after `wait_s` (at most 30, usually 20)."""
    body: dict[str, object] = (
        {"symbol": symbols[0]} if len(symbols) == 1 else {"symbols": list(symbols)}
    )
    return post("addSymbols", "/financial_data/add", ADDED, query={"wait": wait_s}, body=body)


def remove_symbol(symbol: str, *, purge: bool = False) -> Call[Removed]:
    """Stop following a symbol; `purge` deletes its bars."""
    body = {"symbol": symbol, "purge": purge}
    return post("removeSymbol", "/financial_data/remove", REMOVED, body=body)


def refresh_symbols(symbols: Sequence[str] | None = None, *, full: bool = False) -> Call[Job]:
    """Fetch what is missing, of all symbols unless some are named."""
    body = {"symbols": symbols, "full": full}
    return post("refreshSymbols", "/financial_data/refresh", JOB, body=body)


def import_bars(
    symbol: str,
    file: Upload,
    *,
    prices: Prices = "raw",
    follow: bool | None = None,
) -> Call[Imported]:
    """Bars from a CSV file, all of it or nothing."""
    body = {"symbol": symbol, "prices": prices, "follow": follow}
    return post("importBars", "/financial_data/import", IMPORTED, body=body, upload=file)


def search_symbols(keywords: str) -> Call[Found]:
    """Shares by name or symbol; it may cost a request of the day."""
    return get("searchSymbols", "/financial_data/search", FOUND, {"keywords": keywords})
