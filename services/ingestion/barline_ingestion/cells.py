"""Reads the cells of Alpha Vantage's bodies, all strings there; anything not readable is refused
whole.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from barline_core.bars import Dates, Floats
from barline_ingestion.refusals import RefusalKind

LARGEST_NUMBER = (
    1e15  # beyond it neither a price nor a volume is one, and whole shares become inexact
)
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Row = Mapping[str, str]


class PayloadError(ValueError):
    """The body does not hold what it should."""

    def __init__(self, detail: str, kind: RefusalKind = RefusalKind.MALFORMED) -> None:
        super().__init__(detail)
        self.kind = kind


def numbers(texts: Sequence[str], name: str) -> Floats:
    """A column of decimal strings as floats, shape (n,); all must be finite."""
    try:
        column = np.array(texts, dtype=np.str_).astype(np.float64)
    except (ValueError, TypeError) as error:
        raise PayloadError(f"the column {name} holds something that is no number") from error
    if not np.all(np.isfinite(column)):
        raise PayloadError(f"the column {name} holds something that is no finite number")
    if np.any(np.abs(column) > LARGEST_NUMBER):
        raise PayloadError(f"the column {name} holds a number beyond {LARGEST_NUMBER:g}")
    return column


def parsed_dates(texts: Sequence[str]) -> Dates:
    if not all(ISO_DATE.fullmatch(text) for text in texts):
        raise PayloadError("a session is not named by a date")
    try:
        return np.array(texts, dtype="datetime64[D]")
    except ValueError as error:
        raise PayloadError("a session is named by a date that does not exist") from error


def parsed_date(text: str) -> date:
    day: date = parsed_dates([text])[0].item()
    return day


def csv_rows(text: str) -> list[dict[str, str]]:
    """The rows by header name; a row with more or fewer cells means the body is damaged."""
    rows = list(csv.DictReader(io.StringIO(text, newline=""), restkey="", restval=""))
    if any("" in row or "" in row.values() for row in rows):
        raise PayloadError("a row has not as many cells as the header; it may be cut off")
    return rows
