"""A report as the reports service gives it: ready to be read, so that the pages only lay it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    id: str
    label: str
    value: str
    benchmark: str
    group: str
    headline: bool


@dataclass(frozen=True, slots=True)
class Finding:
    id: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    align: str


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str

    @property
    def aligned_rows(self) -> list[list[tuple[str, str]]]:
        """Each row as (align, cell)."""
        aligns = [column.align for column in self.columns]
        return [list(zip(aligns, row, strict=False)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as Plotly's JSON, or the reason why there is none."""

    id: str
    title: str
    unit: str
    legend: str
    source: str
    alt: str
    height: int
    spec: JsonObject | None
    missing: str


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The whole report. `palette` gives for each light colour in the charts the one for a dark page."""

    kind: str
    symbol: str
    title: str
    subtitle: str
    summary: tuple[str, ...]
    value_label: str
    benchmark_label: str
    key_figures: tuple[KeyFigure, ...]
    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    parameters: tuple[Fact, ...]
    certificate: tuple[Fact, ...]
    palette: Mapping[str, str]
    identity: str = ""

    @property
    def run_id(self) -> str:
        """The backtest this tells of, empty for other reports."""
        return self.identity.removeprefix("Run ") if self.kind == "backtest" else ""

    @property
    def headline(self) -> list[KeyFigure]:
        return [figure for figure in self.key_figures if figure.headline]

    @property
    def groups(self) -> list[tuple[str, list[KeyFigure]]]:
        """The key figures under their headings, in the order given."""
        by_group = groupby(self.key_figures, key=lambda figure: figure.group)
        return [(group, list(figures)) for group, figures in by_group]
