"""The documents one has had made, as the reports service lists them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Report:
    """One document in the list."""

    id: str
    kind: str
    symbol: str
    title: str
    format: str
    size_bytes: int
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class ReportList:
    """One page of them, newest first."""

    count: int
    next: str | None
    previous: str | None
    results: tuple[Report, ...]
