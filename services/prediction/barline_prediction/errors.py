"""What a caller hears when there is no forecast to give."""

from datetime import date

from barline_core.problems import (
    Conflict,
    FieldError,
    InvalidInput,
    NotEnoughHistory,
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


def as_of_in_the_future(as_of: date, today: date) -> InvalidInput:
    """A hindcast looks back; there are no bars yet to look back on."""
    reason = f"{as_of} lies after the market's date, {today}: choose an earlier date, or leave as_of out."
    return InvalidInput("Please correct: as_of.", errors=(FieldError(reason, parameter="as_of"),))


def last_close_not_positive(symbol: str, last_date: date) -> UnusableBars:
    return UnusableBars(
        f"The last close of {symbol}, on {last_date}, is not positive, so no price can be forecast from it. "
        "Correct the bar and refresh the symbol."
    )
