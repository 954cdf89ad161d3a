"""What a caller hears when the upstream gives no data."""

from barline_core.problems import (
    Conflict,
    InvalidInput,
    Problem,
    ServiceUnavailable,
    TooLarge,
    UnknownSymbol,
    UpstreamTooSlow,
    UpstreamWrong,
)
from barline_core.retrying import ComeBackLater
from barline_ingestion.refusals import RefusalKind, Refused


class ApiKeyRefused(ServiceUnavailable):
    type = "api-key-refused"
    title = "Alpha Vantage cannot be asked with this API key"


class NotInPlan(ServiceUnavailable):
    type = "not-in-plan"
    title = "The Alpha Vantage key may not do this"


class UpstreamLimit(ServiceUnavailable):
    type = "upstream-limit"
    title = "Alpha Vantage's request limit is reached"


class UpstreamHasNoData(UpstreamWrong):
    type = "upstream-has-no-data"
    title = "Alpha Vantage gave no data"


class HistoryDisagrees(UpstreamWrong):
    type = "history-disagrees"
    title = "The upstream's bars contradict the stored ones"


class NoSymbolRefreshed(UpstreamWrong):
    type = "no-symbol-refreshed"
    title = "No symbol could be refreshed"


class FileNotUsable(InvalidInput):
    type = "file-not-usable"
    title = "The file cannot be imported"


class FileDisagrees(Conflict):
    type = "file-disagrees"
    title = "The file contradicts the stored bars"


class SplitsUnknown(Conflict):
    type = "splits-unknown"
    title = "The splits of the file's sessions are not known"


class ImportTooLarge(TooLarge):
    type = "import-too-large"
    title = "The file is too large"


KEY_KINDS = frozenset({RefusalKind.BAD_KEY, RefusalKind.DEMO_KEY})
PLAN_KINDS = frozenset({RefusalKind.PREMIUM, RefusalKind.PREMIUM_SIZE, RefusalKind.SAMPLE_ROWS})
LIMIT_KINDS = frozenset({RefusalKind.BURST, RefusalKind.DAILY_QUOTA})
SILENT_KINDS = frozenset({RefusalKind.SERVER_ERROR, RefusalKind.UNREACHABLE, RefusalKind.HTML})


def problem_of(refused: Refused, ticker: str) -> Problem:
    """The problem a refusal means for the one who asked for this symbol."""
    kind = refused.kind
    if kind is RefusalKind.UNKNOWN_SYMBOL:
        return UnknownSymbol(
            f"Alpha Vantage does not know {ticker}; check the spelling, and the exchange suffix of "
            "a share not listed in the United States (TSCO.LON)."
        )
    if kind is RefusalKind.NO_KEY:
        return ApiKeyRefused(
            "No Alpha Vantage key is configured, so nothing was asked: set ALPHA_VANTAGE_API_KEY.",
            retry_after_s=3600,
        )
    if kind in KEY_KINDS:
        return ApiKeyRefused(
            f"Alpha Vantage refused the key ({kind}): set ALPHA_VANTAGE_API_KEY to a valid one.",
            retry_after_s=3600,
        )
    if kind in PLAN_KINDS:
        return NotInPlan(
            f"None of the requests this key may make gives bars of {ticker} (last answer: {kind}).",
            retry_after_s=86_400,
        )
    if kind in LIMIT_KINDS:
        return UpstreamLimit(f"Alpha Vantage's limit is reached ({kind}).", retry_after_s=60)
    return fault_of(refused, ticker)


def fault_of(refused: Refused, ticker: str) -> Problem:
    """The problem of an answer that went wrong, whoever is to blame."""
    if refused.kind is RefusalKind.TIME_OUT:
        return UpstreamTooSlow(f"Alpha Vantage took too long to answer for {ticker}; try again.")
    if refused.kind in SILENT_KINDS:
        return ServiceUnavailable(
            f"Alpha Vantage does not answer ({refused.kind}); try again later.", retry_after_s=60
        )
    if refused.kind is RefusalKind.NO_DATA:
        return UpstreamHasNoData(
            f"Alpha Vantage gave no bars for {ticker}: it has none, or is having an outage. "
            "Try again later."
        )
    return UpstreamWrong(
        f"Alpha Vantage's answer for {ticker} could not be used ({refused.kind}: {refused.text}). "
        "Nothing was stored; try again later."
    )


def is_passing(problem: Problem) -> bool:
    """Whether the same request may well succeed later, with nothing changed here."""
    return problem.status in {502, 503, 504} and not isinstance(
        problem, ApiKeyRefused | NotInPlan | HistoryDisagrees
    )


class DayIsSpent(ComeBackLater):
    """The key's requests of the day are spent."""
