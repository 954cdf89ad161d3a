"""A backtest that followed stored forecasts instead of averages."""

import datetime as dt

from barline_client.models.record import Record
from barline_client.models.runs import ForecastChoices, Run


class UsedForecasts(Record):
    model_version: str
    count: int
    hindcasts: int
    in_sample_left_out: int
    long: int
    first_date: dt.date
    last_date: dt.date
    digest: str


class ForecastBacktest(Run):
    parameters: ForecastChoices
    forecasts: UsedForecasts
