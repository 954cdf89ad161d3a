"""Reports, API keys and health."""

import datetime as dt

from barline_client.models.record import Record


class ReportRow(Record):
    id: str
    kind: str
    symbol: str
    title: str
    subject_id: str | None
    format: str
    media_type: str
    size_bytes: int
    requested_at: dt.datetime


class ReportPage(Record):
    count: int
    next: str | None
    previous: str | None
    results: tuple[ReportRow, ...]


class ApiKey(Record):
    id: int
    name: str
    prefix: str
    scope: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None


class NewApiKey(Record):
    id: int
    name: str
    prefix: str
    scope: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    key: str


class ApiKeyPage(Record):
    count: int
    next: str | None
    previous: str | None
    results: tuple[ApiKey, ...]


class Health(Record):
    status: str
