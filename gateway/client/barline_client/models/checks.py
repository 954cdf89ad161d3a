"""A run looked at again: under other assumptions, made anew, or searched for a look ahead."""

import datetime as dt

from pydantic import JsonValue

from barline_client.models.data import Finding
from barline_client.models.record import Record


class Range(Record):
    lowest: float | None
    median: float | None
    highest: float | None


class Variation(Record):
    fill: str
    slippage_bps: float
    start_shift_months: int
    price_basis: str
    start: dt.date
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int


class Sensitivity(Record):
    run_id: str
    data_version: str
    ranges: dict[str, Range]
    variations: tuple[Variation, ...]
    findings: tuple[Finding, ...]


class ThenNow(Record):
    then: str
    now: str


class Difference(Record):
    metric: str
    then: JsonValue
    now: JsonValue


class Verification(Record):
    run_id: str
    outcome: str
    message: str
    digest: ThenNow
    engine_version: ThenNow
    data_version: ThenNow
    differences: tuple[Difference, ...]


class AuditedDate(Record):
    date: dt.date
    moved_when_truncated: tuple[str, ...]
    moved_when_perturbed: tuple[str, ...]


class LookAheadAudit(Record):
    run_id: str
    data_version: str
    passed: bool
    seed: int
    checked: int
    dates: tuple[AuditedDate, ...]
