"""Stored forecasts against what came, beside the baselines."""

import datetime as dt

from barline_client.models.record import Record


class Interval(Record):
    low: float
    high: float


class Direction(Record):
    claims: int
    hits: int
    hit_rate: float | None
    interval: Interval | None


class BaselineScore(Record):
    outcomes: int
    pinball_loss: float | None
    gain: float | None
    coverage_80: float | None
    coverage_95: float | None


class StepScore(Record):
    """Of one step, or of all together: then `step` is None."""

    step: int | None
    outcomes: int
    absolute_error: float | None
    percentage_error: float | None
    naive_absolute_error: float | None
    naive_percentage_error: float | None
    mase: float | None
    pinball_loss: float | None
    coverage_80: float | None
    coverage_95: float | None
    direction: Direction
    baselines: dict[str, BaselineScore]


class ForecastRecord(Record):
    model_version: str
    kind: str
    vintages: int
    first_date: dt.date
    last_date: dt.date
    beats_naive: bool | None
    gain_interval: Interval | None
    verdict: str
    overall: StepScore
    by_step: tuple[StepScore, ...]


class LeftOut(Record):
    in_sample: int
    remade: int
    not_met_yet: int


class Outcomes(Record):
    """The forecasts of one step beside the actual closes: columns of equal length."""

    step: int
    vintage_id: tuple[str, ...]
    model_version: tuple[str, ...]
    kind: tuple[str, ...]
    last_date: tuple[dt.date, ...]
    last_close: tuple[float, ...]
    date: tuple[dt.date, ...]
    lower_95: tuple[float, ...]
    lower_80: tuple[float, ...]
    close: tuple[float, ...]
    upper_80: tuple[float, ...]
    upper_95: tuple[float, ...]
    naive_lower_95: tuple[float, ...]
    naive_lower_80: tuple[float, ...]
    naive_close: tuple[float, ...]
    naive_upper_80: tuple[float, ...]
    naive_upper_95: tuple[float, ...]
    actual: tuple[float, ...]


class Scorecard(Record):
    symbol: str
    scored_through: dt.date | None
    data_version: str | None
    verdict: str
    records: tuple[ForecastRecord, ...]
    left_out: LeftOut
    notes: tuple[str, ...]
    outcomes: Outcomes | None = None
