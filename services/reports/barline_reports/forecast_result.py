"""The prediction service's answer as this package reads it."""

from dataclasses import dataclass, field
from datetime import date

HINDCAST_SESSIONS = 30  # a forecast made so long ago has met all its actual closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One session ahead: the median, both intervals, and the naive baseline's, in prices of the last bar used."""

    step: int
    date: date
    close: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float
    naive_close: float
    naive_lower_80: float | None = None
    naive_upper_80: float | None = None
    naive_lower_95: float | None = None
    naive_upper_95: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    name: str
    version: str
    sha256: str
    trained_through: date | None = None
    training_symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBar:
    last_date: date
    last_close: float
    data_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """Closes in the prices of the forecast's last bar, oldest first; may be empty."""

    date: tuple[str, ...] = ()
    close: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastResult:
    vintage_id: str
    symbol: str
    made_at: str
    as_of: date
    hindcast: bool
    in_sample: bool
    model: Model
    based_on: LastBar
    predictions: tuple[Step, ...]
    verdict: str | None = None
    history: Closes = field(default_factory=Closes)
    actuals: Closes = field(default_factory=Closes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A step of a forecast and what happened."""

    step: Step
    actual: float

    @property
    def error(self) -> float:
        """|median - actual| / actual, a fraction."""
        return abs(self.step.close - self.actual) / self.actual

    @property
    def naive_error(self) -> float:
        """The same of the naive baseline."""
        return abs(self.step.naive_close - self.actual) / self.actual

    @property
    def within_80(self) -> bool:
        return self.step.lower_80 <= self.actual <= self.step.upper_80

    @property
    def within_95(self) -> bool:
        return self.step.lower_95 <= self.actual <= self.step.upper_95


def outcomes(forecast: ForecastResult) -> list[Outcome]:
    """The steps whose session has an actual close (a positive one: nothing can be compared with a price of zero)."""
    known = dict(zip(forecast.actuals.date, forecast.actuals.close, strict=True))
    return [
        Outcome(step=step, actual=known[step.date.isoformat()])
        for step in forecast.predictions
        if known.get(step.date.isoformat(), 0.0) > 0
    ]
