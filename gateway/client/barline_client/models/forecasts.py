"""Forecasts with their intervals, and where the model comes from."""

import datetime as dt

from barline_client.models.record import Record


class ModelName(Record):
    name: str
    version: str
    sha256: str
    trained_through: dt.date
    training_symbols: tuple[str, ...]


class BasedOn(Record):
    last_date: dt.date
    last_close: float
    data_version: str


class ForecastStep(Record):
    step: int
    date: dt.date
    close: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float
    naive_close: float
    naive_lower_80: float
    naive_upper_80: float
    naive_lower_95: float
    naive_upper_95: float


class Closes(Record):
    date: tuple[dt.date, ...]
    close: tuple[float, ...]


class Forecast(Record):
    vintage_id: str
    symbol: str
    made_at: dt.datetime
    as_of: dt.date
    hindcast: bool
    in_sample: bool
    model: ModelName
    based_on: BasedOn
    predictions: tuple[ForecastStep, ...]
    verdict: str
    history: Closes | None = None
    actuals: Closes | None = None


class Score(Record):
    step: int | None
    loss: float
    gain: dict[str, float | None]
    coverage_80: float
    coverage_95: float


class HeldOut(Record):
    protocol: str
    first_date: dt.date
    last_date: dt.date
    origins: int
    gain_interval: dict[str, tuple[float, ...]]
    scores: tuple[Score, ...]


class ModelCard(Record):
    name: str
    version: str
    sha256: str
    python_version: str
    scikit_learn_version: str
    features: tuple[str, ...]
    training_data: str
    training_data_sha256: str
    training_symbols: tuple[str, ...]
    trained_from: dt.date
    trained_through: dt.date
    seed: int
    notes: tuple[str, ...]
    held_out: HeldOut
