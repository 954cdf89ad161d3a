"""What a caller hears when there is no forecast to give."""

from collections.abc import Sequence
from datetime import date

from barline_core.problems import (
    Conflict,
    FieldError,
    InvalidInput,
    NotEnoughHistory,
    NotFound,
    ServiceUnavailable,
)
from barline_prediction.features import MINIMUM_SESSIONS


class ModelRefused(ServiceUnavailable):
    """The model's files are not what the code expects, so they are not opened."""

    type = "model-refused"
    title = "The forecasting model was refused"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The forecasting model is not served: {reason}", retry_after_s=60)
        self.reason = reason


class UnknownBatch(NotFound):
    type = "unknown-batch"
    title = "Unknown batch of forecasts"

    def __init__(self, batch_id: str) -> None:
        super().__init__(f"You have no batch {batch_id}; POST /ai_prediction makes one.")


class NothingForecast(Conflict):
    type = "nothing-forecast"
    title = "No symbol could be forecast"


class UnusableBars(Conflict):
    """The bars cannot carry a forecast as they are."""

    type = "unusable-bars"
    title = "The bars cannot be used"


def not_enough_history(symbol: str, sessions: int, as_of: date | None) -> NotEnoughHistory:
    """Fewer sessions than the features look back over."""
    until = f" up to {as_of}" if as_of is not None else ""
    advice = "choose a later as_of or load" if as_of is not None else "load"
    return NotEnoughHistory(
        f"{symbol} has {sessions} usable sessions{until}; a forecast needs {MINIMUM_SESSIONS}. "
        f"Please {advice} more history (POST /financial_data/import takes a CSV)."
    )


def no_origin(symbol: str, start: date, end: date) -> NotEnoughHistory:
    """Not one bar between the dates hindcasts were asked for."""
    return NotEnoughHistory(
        f"{symbol} has no bar from {start} to {end}; choose other dates, or load more history."
    )


def in_the_future(
    day: date, today: date, *, parameter: str = "", pointer: str = ""
) -> InvalidInput:
    """A hindcast looks back; there are no bars yet to look back on."""
    name = parameter or pointer
    reason = (
        f"{day} lies after the market's date, {today}: choose an earlier date, or leave it out."
    )
    where = FieldError(reason, parameter=parameter or None, pointer=pointer or None)
    return InvalidInput(f"Please correct: {name}.", errors=(where,))


def too_many_forecasts(forecasts: int, most: int) -> InvalidInput:
    """A job that would fill the ledger for hours."""
    reason = (
        f"These are up to {forecasts:,} forecasts, more than {most:,}: choose fewer symbols, a shorter time, or a "
        "larger `every`."
    )
    return InvalidInput(
        "Please correct: /hindcasts.", errors=(FieldError(reason, pointer="/hindcasts"),)
    )


def last_close_not_positive(symbol: str, last_date: date) -> UnusableBars:
    return UnusableBars(
        f"The last close of {symbol}, on {last_date}, is not positive, so no price can be forecast from it. "
        "Correct the bar and refresh the symbol."
    )


def unknown_model_version(version: str, known: Sequence[str]) -> InvalidInput:
    """Neither served here nor in the ledger."""
    reason = f"There is no forecast by version {version}; there may be by {', '.join(known)}."
    wrong = FieldError(reason, parameter="model_version")
    return InvalidInput("Please correct: model_version.", errors=(wrong,))
