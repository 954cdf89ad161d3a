"""What several services' routes take: strict symbols, dates and numbers, and queries that allow nothing unknown."""

import re
from datetime import date
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)

SYMBOLS_IN_A_JOB = 5_000

WHOLE_NUMBER = re.compile(r"\d{1,9}")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def whole_number(value: object) -> object:
    """Refuse what pydantic would still read as an integer: `50.0`, `1_0`, ` 5`, `true`."""
    if isinstance(value, bool | float) or (
        isinstance(value, str) and not WHOLE_NUMBER.fullmatch(value)
    ):
        raise ValueError("Give a whole number, for example 50.")
    return value


def iso_date(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970: `20200131`."""
    if isinstance(value, str) and not ISO_DATE.fullmatch(value):
        raise ValueError("Give a date as YYYY-MM-DD.")
    return value


def iso_instant(value: object) -> object:
    """Refuse a bare number, and a date without a time of day: which instant that is would be a guess."""
    if isinstance(value, str) and not ISO_DATE.match(value):
        raise ValueError("Give an instant with its offset, for example 2024-05-31T21:00:00Z.")
    return value


def upper_case(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


Symbol = Annotated[str, BeforeValidator(upper_case), Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,19}$")]
Count = Annotated[int, BeforeValidator(whole_number)]
Day = Annotated[date, BeforeValidator(iso_date)]
Instant = Annotated[AwareDatetime, BeforeValidator(iso_instant)]
ModelVersion = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,39}$")]


def end_is_not_before_start(end: date | None, info: ValidationInfo) -> date | None:
    """For the `end` of a model whose `start` is validated first: an empty range is a mistake of the caller."""
    start: date | None = info.data.get("start")
    if start is not None and end is not None and end < start:
        raise ValueError(f"The end lies before the start, {start}: exchange the two.")
    return end


class StrictInput(BaseModel):
    """Anything unknown is an error of the caller."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoQuery(StrictInput):
    """A route without parameters."""


class WaitQuery(StrictInput):
    """How many seconds to wait for the result."""

    wait: Annotated[float, Field(ge=0, le=30, allow_inf_nan=False)] = 0.0
