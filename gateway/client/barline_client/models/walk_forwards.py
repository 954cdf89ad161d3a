"""Windows chosen in sample, and what came of them out of sample."""

import datetime as dt

from barline_client.models.data import Finding
from barline_client.models.jobs import Job
from barline_client.models.record import Record
from barline_client.models.runs import Choices, EquityCurve, Headlines
from barline_client.models.sweeps import Hold, Windows


class Plan(Record):
    mode: str
    objective: str
    in_sample_sessions: int
    out_of_sample_sessions: int


class OutOfSample(Record):
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int | None
    volatility: float | None
    sortino: float | None
    drawdown_peak_date: dt.date | None
    drawdown_trough_date: dt.date | None
    drawdown_recovery_date: dt.date | None


class Span(Record):
    first_date: dt.date
    last_date: dt.date
    sessions: int


class WalkWindow(Record):
    in_sample: Span
    out_of_sample: Span
    winbuy: int
    winsell: int
    chosen: Headlines
    result: Headlines


class WalkForward(Record):
    id: str
    job: Job
    created_at: dt.datetime
    symbol: str
    engine_version: str
    data_version: str
    parameters: Choices
    grid: Windows
    plan: Plan
    out_of_sample: OutOfSample
    buy_and_hold: Hold
    efficiency_ratio: float | None
    windows: tuple[WalkWindow, ...]
    equity_curve: EquityCurve
    findings: tuple[Finding, ...]
