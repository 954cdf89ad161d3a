"""What a report says, before anybody decides how it looks: JSON, HTML and PDF are made from this one object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

JsonValue: TypeAlias = (
    "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = Mapping[str, JsonValue]

Kind = Literal["backtest", "prediction", "comparison"]
Severity = Literal["info", "warning", "critical"]
Align = Literal["text", "number"]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One result in words, with the value to judge it by beside it; both are ready to be read."""

    id: str
    label: str
    value: str
    benchmark: str
    group: str
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader should know before believing the figures."""

    id: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    align: Align = "number"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells ready to be read. `note` says what was left out, or why there is no row at all."""

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as a Plotly `spec` (`data` and `layout`; no title, no width), or the reason why there is none.

    `legend` explains every mark in words, so that no meaning hangs on a colour; `alt` says what the chart shows to
    someone who cannot see it. `height` is in CSS pixels.
    """

    id: str
    title: str
    unit: str
    legend: str
    source: str
    alt: str
    height: int
    spec: JsonObject | None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the certificate: a parameter, a version, a digest."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    `identity` names the run or vintage it shows in words, `subject_id` is its id (`None` for a comparison, which has
    two); `palette` gives for every light colour in the figures the one to use
    on a dark page.
    """

    kind: Kind
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
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    parameters: tuple[Fact, ...]
    certificate: tuple[Fact, ...]
    palette: Mapping[str, str]
    data_through: date

    @property
    def drawable(self) -> tuple[Figure, ...]:
        return tuple(figure for figure in self.figures if figure.spec is not None)
