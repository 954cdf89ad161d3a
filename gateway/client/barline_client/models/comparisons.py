"""Two backtests side by side, worded as the report words them."""

import datetime as dt

from pydantic import JsonValue

from barline_client.models.data import Finding
from barline_client.models.record import Record


class KeyFigure(Record):
    id: str
    label: str
    value: str
    benchmark: str
    group: str
    headline: bool


class Plot(Record):
    """A Plotly figure."""

    data: tuple[dict[str, JsonValue], ...]
    layout: dict[str, JsonValue]


class ReportFigure(Record):
    id: str
    title: str
    unit: str
    legend: str
    source: str
    alt: str
    height: int
    spec: Plot | None
    missing: str


class ReportColumn(Record):
    label: str
    align: str


class ReportTable(Record):
    id: str
    title: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


class Fact(Record):
    label: str
    value: str


class Comparison(Record):
    kind: str
    symbol: str
    title: str
    subtitle: str
    identity: str
    subject_id: str | None
    summary: tuple[str, ...]
    value_label: str
    benchmark_label: str
    key_figures: tuple[KeyFigure, ...]
    findings: tuple[Finding, ...]
    figures: tuple[ReportFigure, ...]
    tables: tuple[ReportTable, ...]
    parameters: tuple[Fact, ...]
    certificate: tuple[Fact, ...]
    palette: dict[str, str]
    data_through: dt.date
