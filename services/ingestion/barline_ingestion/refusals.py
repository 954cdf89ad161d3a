"""Why an answer holds no data: Alpha Vantage says so in prose, with HTTP 200, and rewrites the
prose often.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

LONGEST_TEXT = 500


class RefusalKind(StrEnum):
    """What went wrong, each kind with its own consequence."""

    UNKNOWN_SYMBOL = "unknown-symbol"
    NO_KEY = "no-key"  # none is configured, so nothing was asked
    BAD_KEY = "bad-key"
    DEMO_KEY = "demo-key"
    BAD_CALL = "bad-call"
    BURST = "burst"
    DAILY_QUOTA = "daily-quota"
    PREMIUM = "premium"
    PREMIUM_SIZE = "premium-size"  # only the full output of the function is for paying keys
    NO_DATA = "no-data"
    SAMPLE_ROWS = "sample-rows"
    WRONG_SYMBOL = "wrong-symbol"
    MALFORMED = "malformed"
    HTML = "html"
    REDIRECT = "redirect"
    SERVER_ERROR = "server-error"
    TIME_OUT = "time-out"
    UNREACHABLE = "unreachable"
    UNRECOGNISED = (
        "unrecognised"  # a wording never seen before: nothing is stored, asked again later
    )


# Worth another try within seconds: trouble on the way, or a limit that passes by itself.
PASSING = frozenset(
    {
        RefusalKind.BURST,
        RefusalKind.HTML,
        RefusalKind.MALFORMED,
        RefusalKind.SERVER_ERROR,
        RefusalKind.TIME_OUT,
        RefusalKind.UNREACHABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer without data. `text` is the upstream's own words with the key taken out."""

    kind: RefusalKind
    text: str


# The first that matches decides. A burst text also mentions the daily limit and premium plans, so
# it is looked for first; the daily one also mentions premium plans.
WORDINGS: tuple[tuple[re.Pattern[str], RefusalKind], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kind)
    for pattern, kind in (
        (r"sparingly|per second|requests?/second|burst pattern", RefusalKind.BURST),
        (r"per minute|/minute|call volume|call frequency", RefusalKind.BURST),
        (r"\*\*demo\*\*|demo api key", RefusalKind.DEMO_KEY),
        (r"outputsize=full.{0,40}premium", RefusalKind.PREMIUM_SIZE),
        (r"is a premium (endpoint|feature|function)", RefusalKind.PREMIUM),
        (r"(requests?|calls?) per day|requests?/day|daily (rate )?limit", RefusalKind.DAILY_QUOTA),
        (r"apikey is invalid or missing|invalid api ?key", RefusalKind.BAD_KEY),
        (r"function \(.{0,60}\) does not exist", RefusalKind.BAD_CALL),
        (r"invalid api call", RefusalKind.UNKNOWN_SYMBOL),
    )
)


def refusal_from(text: str, *, key: str) -> Refused:
    """The meaning of a sentence found under `Information`, `Note` or `Error Message`."""
    for pattern, kind in WORDINGS:
        if pattern.search(text):
            return Refused(kind, redacted(text, key))
    return Refused(RefusalKind.UNRECOGNISED, redacted(text, key))


def redacted(text: str, key: str) -> str:
    """The text without the key, in whatever form it is echoed, at most 500 characters long."""
    for form in {key, quote(key, safe="")} - {""}:
        text = re.sub(re.escape(form), "[key]", text, flags=re.IGNORECASE)
    text = re.sub(r"(apikey=)[^&\s\"']+", r"\1[key]", text, flags=re.IGNORECASE)
    text = re.sub(r"(api key as )\S+", r"\1[key]", text, flags=re.IGNORECASE)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
