"""Forecasts of many symbols, and what became of each."""

import datetime as dt

from barline_client.models.data import StoredProblem
from barline_client.models.jobs import Job
from barline_client.models.record import Record


class Hindcasts(Record):
    start: dt.date
    end: dt.date
    every: int


class BatchSymbol(Record):
    symbol: str
    forecasts: int | None
    vintage_id: str | None
    last_date: dt.date | None
    problem: StoredProblem | None


class Batch(Record):
    id: str
    job: Job
    created_at: dt.datetime
    model_version: str
    as_of: dt.date | None
    hindcasts: Hindcasts | None
    done: int
    failed: int
    count: int
    next: str | None
    previous: str | None
    results: tuple[BatchSymbol, ...]
