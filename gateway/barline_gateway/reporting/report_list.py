"""The documents one has had made, as the reports service lists them, and the runs that tell them apart."""

from collections.abc import Mapping
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
    subject_id: str | None = None  # the run or the vintage it shows


@dataclass(frozen=True, slots=True)
class ReportList:
    """One page of them, newest first."""

    count: int
    next: str | None
    previous: str | None
    results: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Windows:
    """The two parameters that one chooses most often."""

    winbuy: int
    winsell: int


@dataclass(frozen=True, slots=True)
class Run:
    """One backtest in the list of the backtest service."""

    run_id: str
    parameters: Windows


@dataclass(frozen=True, slots=True)
class RunList:
    """The newest of them."""

    results: tuple[Run, ...]

    @property
    def windows(self) -> dict[str, str]:
        """`50/200` for each run: two reports on one symbol have the same title."""
        return {
            run.run_id: f"{run.parameters.winbuy}/{run.parameters.winsell}" for run in self.results
        }


def labelled(reports: ReportList, windows: Mapping[str, str]) -> list[tuple[Report, str]]:
    """Each report with the windows of its run, empty where they are not known."""
    return [(report, windows.get(report.subject_id or "", "")) for report in reports.results]
