"""Reads a CSV of bars row by row; whatever is malformed is reported with its line, and then nothing
of the file is used.
"""

import csv
import math
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from barline_core.bars import Floats
from barline_ingestion.bar_payload import Bars
from barline_ingestion.cells import LARGEST_NUMBER
from barline_ingestion.import_columns import REQUIRED, columns_of, delimiter_of

ERRORS_KEPT = 100
DAY = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[ T].*)?")
NEUTRAL = {"volume": 0.0, "dividend": 0.0, "split": 1.0}
MAY_BE_EMPTY = frozenset(NEUTRAL)
FIRST_DATE = date(1792, 5, 17)  # no share was traded in New York before that day


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a line of the file; the header is line 1."""

    line: int
    detail: str


class FileRejected(ValueError):
    """The file cannot be used; `errors` are the first of `count`."""

    def __init__(self, errors: Sequence[RowError], count: int) -> None:
        super().__init__(f"{count} rows are wrong")
        self.errors = tuple(errors)
        self.count = count


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """The file's bars, oldest first, and how exactly its closes are printed.

    `line` gives each session's line. `*_decimals` are the most decimals of any cell of the column.
    """

    bars: Bars
    line: tuple[int, ...]
    close_decimals: int
    adjusted_close_decimals: int
    ignored_columns: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """What has been read so far."""

    places: dict[str, int]
    width: int
    last_date: date
    days: dict[date, int] = field(default_factory=dict)
    columns: dict[str, "array[float]"] = field(default_factory=dict)
    decimals: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    error_count: int = 0

    def complain(self, line: int, detail: str) -> None:
        self.error_count += 1
        if len(self.errors) < ERRORS_KEPT:
            self.errors.append(RowError(line, detail))


def read_file(lines: Iterable[str], *, last_date: date) -> ImportedFile:
    """The bars of a CSV with a header, in any order of dates, none after `last_date`.

    Raises FileRejected with every malformed row. Odd prices are no business of this function: they
    are the market's, and become findings.
    """
    rest = iter(lines)
    header = next(rest, "").removeprefix("\ufeff")
    delimiter = delimiter_of(header)
    titles = next(csv.reader([header], delimiter=delimiter), [])
    places, ignored = columns_of(titles)
    missing = [name for name in REQUIRED if name not in places]
    if missing:
        raise FileRejected([RowError(1, f"The header has no column {', '.join(missing)}.")], 1)
    reading = Reading(places, len(titles), last_date)
    reading.columns = {name: array("d") for name in places if name != "date"}
    try:
        for line, cells in enumerate(csv.reader(rest, delimiter=delimiter), start=2):
            if cells:
                read_row(reading, line, cells)
    except csv.Error as error:
        reading.complain(len(reading.days) + 2, f"The line cannot be read as CSV: {error}.")
    if not reading.days and not reading.errors:
        reading.complain(2, "There is no row below the header.")
    if reading.errors:
        raise FileRejected(reading.errors, reading.error_count)
    return collected(reading, ignored)


def read_row(reading: Reading, line: int, cells: list[str]) -> None:
    """One row into the columns, or a complaint for each cell that is wrong."""
    if len(cells) != reading.width:
        reading.complain(line, f"{len(cells)} cells where the header has {reading.width}.")
        return
    before = reading.error_count
    day = read_day(reading, line, cells[reading.places["date"]])
    values = {
        name: read_number(reading, line, name, cells[reading.places[name]])
        for name in reading.columns
    }
    if reading.error_count == before and day is not None:
        reading.days[day] = line
        for name, value in values.items():
            reading.columns[name].append(value)


def read_day(reading: Reading, line: int, cell: str) -> date | None:
    """The session a row is about; each at most once, and none that cannot have been yet."""
    found = DAY.fullmatch(cell.strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None:
        reading.complain(line, f"date: {cell.strip()[:30]!r} is no date such as 2013-03-01.")
    elif day in reading.days:
        reading.complain(line, f"date: {day} was in line {reading.days[day]} already.")
    elif day > reading.last_date:
        reading.complain(line, f"date: {day} lies in the future.")
    elif day < FIRST_DATE:
        reading.complain(line, f"date: {day} lies before any exchange's first session.")
    else:
        return day
    return None


def read_number(reading: Reading, line: int, name: str, cell: str) -> float:
    """A cell's value; a complaint and NaN when it is none."""
    text = cell.strip().removeprefix("$")
    if not text and name in MAY_BE_EMPTY:
        return NEUTRAL[name]
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        reading.complain(line, f"{name}: {text[:30]!r} is no number.")
    elif abs(value) > LARGEST_NUMBER:
        reading.complain(line, f"{name}: {text[:30]} is beyond {LARGEST_NUMBER:g}.")
    elif value < 0.0 and name in NEUTRAL:
        reading.complain(line, f"{name}: {text[:30]} is below zero.")
    elif name in {"close", "adjusted_close"}:
        reading.decimals[name] = max(reading.decimals.get(name, 0), decimals_of(text))
    return 1.0 if name == "split" and value == 0.0 else value


def decimals_of(text: str) -> int:
    """How many decimals are printed; a number with an exponent is taken to be exact."""
    mantissa, exponent, _ = text.lower().partition("e")
    return 17 if exponent else len(mantissa.partition(".")[2])


def collected(reading: Reading, ignored: tuple[str, ...]) -> ImportedFile:
    """The rows as columns, oldest first."""
    days = np.array(list(reading.days), dtype="datetime64[D]")
    order = np.argsort(days, kind="stable")
    column: dict[str, Floats] = {
        name: np.frombuffer(values, dtype=np.float64)[order]
        for name, values in reading.columns.items()
    }
    lines = np.array(list(reading.days.values()))[order]
    bars = Bars(
        date=days[order],
        open=column["open"],
        high=column["high"],
        low=column["low"],
        close=column["close"],
        volume=np.round(column.get("volume", np.zeros(len(days)))),
        adjusted_close=column.get("adjusted_close"),
        dividend=column.get("dividend"),
        split=column.get("split"),
    )
    return ImportedFile(
        bars,
        tuple(lines.tolist()),
        close_decimals=reading.decimals.get("close", 0),
        adjusted_close_decimals=reading.decimals.get("adjusted_close", 0),
        ignored_columns=ignored,
    )
