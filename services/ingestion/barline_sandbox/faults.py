"""Answers that go wrong, each of a kind Alpha Vantage has been seen to give, to be switched on for
chosen requests.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

from starlette.responses import PlainTextResponse, RedirectResponse, Response

from barline_sandbox import wire, wordings

HTML_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Application Error</title></head>\n"
    "<body><p>An error occurred in the application.</p></body></html>\n"
)


class Fault(StrEnum):
    BURST = "burst"
    DAILY_QUOTA = "daily-quota"
    EMPTY = "empty"
    SAMPLE_ROWS = "sample-rows"
    NEW_WORDING = "new-wording"
    TRUNCATED = "truncated"
    HTML = "html"
    SERVER_ERROR = "server-error"
    REDIRECT = "redirect"
    STALL = "stall"  # no answer before the caller gives up


@dataclass(slots=True)
class FaultRule:
    """A fault for the next `times` requests of a function and a symbol; an empty name stands for
    any.
    """

    fault: Fault
    times: int = 1
    function: str = ""
    symbol: str = ""

    def applies(self, query: Mapping[str, str]) -> bool:
        return (
            self.times > 0
            and self.function in {"", query.get("function")}
            and self.symbol in {"", query.get("symbol", "").upper()}
        )


@dataclass(slots=True)
class FaultPlan:
    """The rules in force; the first that applies is used up once."""

    rules: list[FaultRule] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def take(self, query: Mapping[str, str]) -> Fault | None:
        with self.lock:
            for rule in self.rules:
                if rule.applies(query):
                    rule.times -= 1
                    return rule.fault
        return None


def faulty_answer(fault: Fault, key: str, true_body: str) -> Response:
    """What the caller gets in place of `true_body`; a STALL is the caller's business (it has no
    body).
    """
    return ANSWERS[fault](key, true_body)


def json_answer(body: str) -> Response:
    return Response(body, media_type="application/json")


ANSWERS: Mapping[Fault, Callable[[str, str], Response]] = {
    Fault.BURST: lambda _key, _body: json_answer(wire.message("Information", wordings.BURST)),
    Fault.DAILY_QUOTA: lambda key, _body: json_answer(
        wire.message("Information", wordings.daily_quota(key, 25))
    ),
    Fault.EMPTY: lambda _key, _body: json_answer("{}"),
    Fault.SAMPLE_ROWS: lambda _key, _body: json_answer(
        wire.pretty(
            {"message": wordings.SAMPLE_ROWS, "data": [{"symbol": "MSFT", "close": "418.16"}]}
        )
    ),
    Fault.NEW_WORDING: lambda key, _body: json_answer(
        wire.message(
            "Information", f"Dear holder of {key}, the moon is in the seventh house today."
        )
    ),
    Fault.TRUNCATED: lambda _key, body: json_answer(body[: len(body) * 2 // 3]),
    Fault.HTML: lambda _key, _body: Response(HTML_PAGE, media_type="text/html"),
    Fault.SERVER_ERROR: lambda _key, _body: Response(
        HTML_PAGE, status_code=503, media_type="text/html"
    ),
    Fault.REDIRECT: lambda key, _body: RedirectResponse(f"/elsewhere?apikey={key}", 302),
    Fault.STALL: lambda _key, _body: PlainTextResponse(""),
}
