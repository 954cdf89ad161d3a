"""Answers that go wrong, each of a kind Alpha Vantage has been seen to give, to be switched on for
chosen requests.
"""

import re
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
FIRST_BAR = re.compile(r'        "\d{4}-\d\d-\d\d": \{.*?\},?\n(?=        "|    \})', re.DOTALL)


class Fault(StrEnum):
    INVALID_CALL = "invalid-call"  # what an unknown symbol gets
    KEY_MISSING = "key-missing"
    DEMO_ONLY = "demo-only"
    BURST = "burst"
    BURST_NOTE = "burst-note"  # older keys: 5 a minute, 500 a day
    BURST_PATTERN = "burst-pattern"  # paying keys
    DAILY_QUOTA = "daily-quota"
    DAILY_QUOTA_2023 = "daily-quota-2023"
    PREMIUM = "premium"
    PREMIUM_SIZE = "premium-size"
    SAMPLE_ROWS = "sample-rows"
    NEW_WORDING = "new-wording"
    EMPTY = "empty"
    EMPTY_SERIES = "empty-series"
    TRUNCATED = "truncated"
    NOT_JSON = "not-json"
    NOT_A_NUMBER = "not-a-number"
    WRONG_SYMBOL = "wrong-symbol"
    DUPLICATE_SESSION = "duplicate-session"
    HTML = "html"
    SERVER_ERROR = "server-error"
    REDIRECT = "redirect"
    STALL = "stall"  # no answer before the caller gives up
    CUT_OFF = "cut-off"  # the connection breaks in the middle of the body


@dataclass(slots=True)
class FaultRule:
    """A fault for the next `times` requests of a function and a symbol, after `skip` of them went
    well; an empty name stands for any.
    """

    fault: Fault
    times: int = 1
    function: str = ""
    symbol: str = ""
    skip: int = 0

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
                if not rule.applies(query):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.times -= 1
                return rule.fault
        return None


def faulty_answer(fault: Fault, query: Mapping[str, str], true_body: str) -> Response:
    """What the caller gets in place of `true_body`; STALL and CUT_OFF are the server's business."""
    return ANSWERS[fault](query, true_body)


def json_answer(body: str) -> Response:
    return Response(body, media_type="application/json")


def sentence(kind: str, text: str) -> Callable[[Mapping[str, str], str], Response]:
    """An answer that is one fixed sentence."""
    return lambda _query, _body: json_answer(wire.message(kind, text))


def key_of(query: Mapping[str, str]) -> str:
    return query.get("apikey", "")


def changed(change: Callable[[str], str]) -> Callable[[Mapping[str, str], str], Response]:
    """The true answer with something wrong in it."""
    return lambda _query, body: json_answer(change(body))


def with_first_bar_twice(body: str) -> str:
    first = FIRST_BAR.search(body)
    if first is None:
        return body
    row = first.group().rstrip().rstrip(",") + ",\n"
    return body[: first.start()] + row + body[first.start() :]


def html_page(status: int) -> Response:
    return Response(HTML_PAGE, status_code=status, media_type="text/html")


ANSWERS: Mapping[Fault, Callable[[Mapping[str, str], str], Response]] = {
    Fault.INVALID_CALL: lambda query, _body: json_answer(
        wire.message("Error Message", wordings.invalid_call(query.get("function", "")))
    ),
    Fault.KEY_MISSING: sentence("Error Message", wordings.KEY_MISSING),
    Fault.DEMO_ONLY: sentence("Information", wordings.DEMO_ONLY),
    Fault.BURST: sentence("Information", wordings.BURST),
    Fault.BURST_NOTE: sentence("Note", wordings.BURST_NOTE),
    Fault.BURST_PATTERN: sentence("Information", wordings.BURST_PATTERN),
    Fault.DAILY_QUOTA: lambda query, _body: json_answer(
        wire.message("Information", wordings.daily_quota(key_of(query), 25))
    ),
    Fault.DAILY_QUOTA_2023: sentence("Information", wordings.DAILY_QUOTA_2023),
    Fault.PREMIUM: sentence("Information", wordings.PREMIUM_ENDPOINT),
    Fault.PREMIUM_SIZE: lambda query, _body: json_answer(
        wire.message("Information", wordings.premium_output_size(query.get("function", "")))
    ),
    Fault.SAMPLE_ROWS: lambda _query, _body: json_answer(
        wire.pretty(
            {"message": wordings.SAMPLE_ROWS, "data": [{"symbol": "MSFT", "close": "418.16"}]}
        )
    ),
    Fault.NEW_WORDING: lambda query, _body: json_answer(
        wire.message(
            "Information",
            f"Dear holder of {key_of(query)}, the moon is in the seventh house today.",
        )
    ),
    Fault.EMPTY: changed(lambda _body: "{}"),
    Fault.EMPTY_SERIES: changed(
        lambda _body: wire.pretty({"Meta Data": {}, "Time Series (Daily)": {}})
    ),
    Fault.TRUNCATED: changed(lambda body: body[: len(body) * 2 // 3]),
    Fault.NOT_JSON: lambda _query, _body: PlainTextResponse("upstream connect error"),
    Fault.NOT_A_NUMBER: changed(lambda body: re.sub(r'(close": )"[^"]*"', r'\1"None"', body)),
    Fault.WRONG_SYMBOL: changed(lambda body: re.sub(r'("2\. Symbol": )"[^"]*"', r'\1"ELSE"', body)),
    Fault.DUPLICATE_SESSION: changed(with_first_bar_twice),
    Fault.HTML: lambda _query, _body: html_page(200),
    Fault.SERVER_ERROR: lambda _query, _body: html_page(503),
    Fault.REDIRECT: lambda query, _body: RedirectResponse(
        f"/elsewhere?apikey={key_of(query)}", 302
    ),
    Fault.STALL: lambda _query, _body: PlainTextResponse(""),
}
