"""What a symbol may look like, checked before anything is spent on it."""

import re

from barline_core.problems import FieldError, InvalidInput

PATTERN = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,19}")
ADVICE = (
    "A symbol has 1 to 20 letters, digits, dots or dashes and begins with a letter or digit, "
    "such as IBM, BRK-B or TSCO.LON."
)


def is_ticker(text: str) -> bool:
    return PATTERN.fullmatch(text) is not None


def ticker_of(text: str, *, parameter: str = "symbol") -> str:
    """The symbol in upper case; raises InvalidInput when it cannot be one."""
    ticker = text.strip().upper()
    if not is_ticker(ticker):
        raise InvalidInput(ADVICE, errors=(FieldError(ADVICE, parameter=parameter),))
    return ticker
