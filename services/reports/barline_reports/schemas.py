"""Reads the other services' JSON into this package's shapes, and says what this service takes and gives itself."""

from typing import Literal

import orjson
from pydantic import TypeAdapter, ValidationError

from barline_reports.backtest_result import BacktestResult
from barline_reports.errors import AnswerNotUnderstood
from barline_reports.forecast_result import ForecastResult

Format = Literal["json", "html", "pdf"]

BACKTEST = TypeAdapter(BacktestResult)
FORECAST = TypeAdapter(ForecastResult)


def read_backtest(body: bytes) -> BacktestResult:
    """Raises AnswerNotUnderstood."""
    try:
        answer = orjson.loads(body)
        for trade in answer["trades"]:
            trade["trade_return"] = trade["return"]  # `return` cannot be the name of a field
        return BACKTEST.validate_python(answer)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError) as error:
        raise AnswerNotUnderstood("backtest", error) from error


def read_forecast(body: bytes) -> ForecastResult:
    """Raises AnswerNotUnderstood."""
    try:
        return FORECAST.validate_json(body)
    except ValidationError as error:
        raise AnswerNotUnderstood("prediction", error) from error
