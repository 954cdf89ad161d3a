"""Tables and numbers as a terminal shows them. A missing value is a dash."""

import datetime as dt
from collections.abc import Iterable, Sequence

from rich.markup import escape
from rich.table import Table

from barline_client.models import Finding

NONE = "-"


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Columns whose name starts with `>` are numbers, set to the right."""
    made = Table(title=escape(title), title_justify="left")
    for name in columns:
        made.add_column(name.lstrip(">"), justify="right" if name.startswith(">") else "left")
    for row in rows:
        made.add_row(*(escape(text(value)) for value in row))
    return made


def text(value: object) -> str:
    if value is None:
        return NONE
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def percent(fraction: float | None) -> str:
    return NONE if fraction is None else f"{100 * fraction:,.2f}%"


def number(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:,.{digits}f}"


def findings_table(findings: Sequence[Finding]) -> Table:
    rows = [(finding.severity, finding.message) for finding in findings]
    return table("What to know about it", ["severity", "finding"], rows)
