"""What the service takes: every parameter with its bounds, and nothing that is not listed."""

import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from barline_prediction.forecasting import ForecastRequest

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
PARTS = ("history", "actuals")


def iso_date(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970: `20121231`."""
    if isinstance(value, str) and not ISO_DATE.fullmatch(value):
        raise ValueError("Give a date as YYYY-MM-DD.")
    return value


def upper_case(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Symbol = Annotated[str, BeforeValidator(upper_case), Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,19}$")]
Day = Annotated[date, BeforeValidator(iso_date)]


class ForecastQuery(BaseModel):
    """`GET /ai_prediction`. `as_of` makes a hindcast; `include` is a list of `history` and `actuals`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    symbol: Symbol
    as_of: Day | None = None
    include: str = ""

    @field_validator("include")
    @classmethod
    def parts_are_known(cls, include: str) -> str:
        unknown = sorted(set(include.split(",")) - {"", *PARTS})
        if unknown:
            raise ValueError(
                f"There is no {', '.join(unknown)} to include; choose of {', '.join(PARTS)}."
            )
        return include

    def request(self) -> ForecastRequest:
        parts = self.include.split(",")
        return ForecastRequest(
            symbol=self.symbol,
            as_of=self.as_of,
            with_history="history" in parts,
            with_actuals="actuals" in parts,
        )


class NoQuery(BaseModel):
    """A route without parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)
