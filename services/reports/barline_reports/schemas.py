"""Reads the other services' JSON into this package's shapes, and says what this service takes and gives itself."""

from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from barline_core.paging import PageQuery
from barline_core.route_inputs import StrictInput, Symbol
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Kind
from barline_reports.errors import AnswerNotUnderstood
from barline_reports.forecast_result import ForecastResult
from barline_reports.scorecard_result import ModelCard, Scorecard
from barline_reports.sensitivity import SensitivityCard
from barline_reports.store import Wanted

Format = Literal["json", "html", "pdf"]
Disposition = Literal["inline", "attachment"]

BACKTEST = TypeAdapter(BacktestResult)
FORECAST = TypeAdapter(ForecastResult)
SCORECARD = TypeAdapter(Scorecard)
MODEL_CARD = TypeAdapter(ModelCard)
SENSITIVITY = TypeAdapter(SensitivityCard)


def read_backtest(body: bytes) -> BacktestResult:
    """Raises AnswerNotUnderstood."""
    try:
        answer = orjson.loads(body)
        for trade in answer["trades"]:
            trade["trade_return"] = trade["return"]  # `return` cannot be the name of a field
        return BACKTEST.validate_python(answer)
    except (orjson.JSONDecodeError, ValidationError, KeyError, TypeError) as error:
        raise AnswerNotUnderstood("backtest", error) from error


def read_digest(body: bytes) -> str:
    """The digest of a backtest's answer, whatever parts were asked for. Raises AnswerNotUnderstood."""
    try:
        return str(orjson.loads(body)["digest"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise AnswerNotUnderstood("backtest", error) from error


def read_sensitivity(body: bytes) -> SensitivityCard:
    """Raises AnswerNotUnderstood."""
    try:
        return SENSITIVITY.validate_json(body)
    except ValidationError as error:
        raise AnswerNotUnderstood("backtest", error) from error


def read_forecast(body: bytes) -> ForecastResult:
    """Raises AnswerNotUnderstood."""
    try:
        return FORECAST.validate_json(body)
    except ValidationError as error:
        raise AnswerNotUnderstood("prediction", error) from error


def read_scorecard(body: bytes) -> Scorecard:
    """Raises AnswerNotUnderstood."""
    try:
        return SCORECARD.validate_json(body)
    except ValidationError as error:
        raise AnswerNotUnderstood("prediction", error) from error


def read_model_card(body: bytes) -> ModelCard:
    """Raises AnswerNotUnderstood."""
    try:
        return MODEL_CARD.validate_json(body)
    except ValidationError as error:
        raise AnswerNotUnderstood("prediction", error) from error


class DocumentQuery(BaseModel):
    """`GET /documents/backtest`: the format; all else goes to the backtest service, which knows its parameters."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    format: Format = "json"


class PredictionQuery(StrictInput):
    """`GET /documents/prediction`. The prediction service judges the symbol and the date."""

    symbol: str
    as_of: str | None = None
    format: Format = "json"

    def params(self) -> dict[str, str]:
        """What the prediction service is asked with."""
        return self.model_dump(exclude={"format"}, exclude_none=True)


class ComparisonQuery(StrictInput):
    """`GET /documents/comparison`: two runs, or reports on them."""

    # They become part of a path: nothing but an id may pass.
    first: str = Field(pattern=r"^[A-Za-z0-9_\-]{1,64}$")
    second: str = Field(pattern=r"^[A-Za-z0-9_\-]{1,64}$")
    format: Format = "json"


class ReportsQuery(PageQuery):
    """`GET /reports`: a page of one's own documents."""

    symbol: Symbol | None = None
    kind: Kind | None = None
    format: Format | None = None

    def wanted(self) -> Wanted:
        return Wanted(symbol=self.symbol, kind=self.kind, format=self.format)


class DownloadQuery(StrictInput):
    """`GET /reports/{id}`: shown in the browser, or saved to disk."""

    disposition: Disposition = "inline"
