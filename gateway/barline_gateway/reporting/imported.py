"""What became of a file of bars, and what is wrong in one that was refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from barline_core.problems import FieldError

ROW_POINTER = "/file/"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is of the symbol now."""

    first_date: date | None
    last_date: date | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Imported:
    """`left_out` are bars of a session that is not over."""

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
    findings: tuple[Mapping[str, object], ...]


@dataclass(frozen=True, slots=True)
class WrongRow:
    """A line of the file, the header being line 1."""

    line: int
    detail: str


def wrong_rows(errors: Iterable[FieldError]) -> tuple[WrongRow, ...]:
    """The errors that point at a line of the file."""
    rows = []
    for error in errors:
        line = (error.pointer or "").removeprefix(ROW_POINTER)
        if line.isdigit():
            rows.append(WrongRow(int(line), error.detail.removeprefix(f"Line {line}: ")))
    return tuple(rows)
