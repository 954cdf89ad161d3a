"""Symbols, bars, and what an import did."""

import datetime as dt

from barline_client.models.record import Record


class Coverage(Record):
    first_date: dt.date | None
    last_date: dt.date | None
    sessions: int
    missing_sessions: int
    capability: str | None


class Finding(Record):
    id: str
    severity: str
    message: str
    count: int | None = None
    dates: tuple[dt.date, ...] | None = None


class FieldError(Record):
    detail: str
    parameter: str | None = None
    pointer: str | None = None


class StoredProblem(Record):
    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: tuple[FieldError, ...] | None = None


class Symbol(Record):
    symbol: str
    name: str | None
    exchange: str | None
    currency: str | None
    active: bool
    status: str
    coverage: Coverage
    last_bar: dt.date | None
    last_refresh: dt.datetime | None
    data_version: str | None
    findings: tuple[Finding, ...]
    problem: StoredProblem | None


class SymbolPage(Record):
    count: int
    next: str | None
    previous: str | None
    results: tuple[Symbol, ...]


class Bar(Record):
    date: dt.date
    open: float
    high: float
    low: float
    close: float
    volume: float
    adjusted_close: float | None = None
    dividend: float | None = None
    split: float | None = None


class Bars(Record):
    symbol: str
    name: str | None
    currency: str | None
    status: str
    price_basis: str
    data_version: str | None
    coverage: Coverage
    findings: tuple[Finding, ...]
    bars: tuple[Bar, ...]


class Removed(Record):
    symbol: str
    active: bool
    purged: bool


class Imported(Record):
    symbol: str
    rows: int
    added: int
    revised: int
    unchanged: int
    left_out: int
    splits: int
    dividends: int
    ignored_columns: tuple[str, ...]
    coverage: Coverage
    findings: tuple[Finding, ...]
    data_version: str | None


class Match(Record):
    symbol: str
    name: str
    type: str
    region: str
    currency: str
    time_zone: str


class Found(Record):
    keywords: str
    asked_at: dt.datetime
    cached: bool
    matches: tuple[Match, ...]
