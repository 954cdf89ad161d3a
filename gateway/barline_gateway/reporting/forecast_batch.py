"""Forecasts of many symbols as the prediction service gives them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from barline_gateway.reporting.followed_jobs import Job


@dataclass(frozen=True, slots=True)
class BatchSymbol:
    """What became of a symbol; a waiting one has neither forecasts nor a problem."""

    symbol: str
    forecasts: int | None
    last_date: date | None
    problem: Mapping[str, object] | None

    @property
    def detail(self) -> str:
        return str((self.problem or {}).get("detail", ""))


@dataclass(frozen=True, slots=True)
class Hindcasts:
    """Made from the bars up to every `every`-th session from `start` to `end`."""

    start: date
    end: date
    every: int


@dataclass(frozen=True, slots=True)
class ForecastBatch:
    """A page of a batch, with its job."""

    id: str
    job: Job
    model_version: str
    hindcasts: Hindcasts | None
    done: int
    failed: int
    count: int
    next: str | None
    previous: str | None
    results: tuple[BatchSymbol, ...]
