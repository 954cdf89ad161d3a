"""Classifies what Alpha Vantage answers, by content: its status is HTTP 200 for nearly everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson

from barline_ingestion.bar_payload import Bars, bars_from_csv, bars_from_json
from barline_ingestion.cells import PayloadError
from barline_ingestion.event_payload import (
    Actions,
    Matches,
    events_from_csv,
    events_from_json,
    matches_from_csv,
    matches_from_json,
)
from barline_ingestion.refusals import RefusalKind, Refused, redacted, refusal_from

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SERIES_KEY = "Time Series (Daily)"
SENTENCE_KEYS = ("Error Message", "Information", "Note")


class Function(StrEnum):
    """The functions Barline asks for."""

    DAILY = "TIME_SERIES_DAILY"
    DAILY_ADJUSTED = "TIME_SERIES_DAILY_ADJUSTED"
    SPLITS = "SPLITS"
    DIVIDENDS = "DIVIDENDS"
    SYMBOL_SEARCH = "SYMBOL_SEARCH"


BAR_FUNCTIONS = frozenset({Function.DAILY, Function.DAILY_ADJUSTED})
EVENT_FUNCTIONS = frozenset({Function.SPLITS, Function.DIVIDENDS})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for; `symbol` is the search text for SYMBOL_SEARCH."""

    function: Function
    symbol: str
    output_size: str = ""  # "compact" or "full" for the two daily functions, else empty


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back over HTTP."""

    status: int
    content_type: str
    body: bytes


Answer = Bars | Actions | Matches | Refused


def classify(asked: Asked, reply: Reply, *, key: str) -> Answer:
    """The data in a reply, or why there is none. `key` is only used to take it out of texts."""
    body = reply.body.removeprefix(BYTE_ORDER_MARK).strip()
    refused = refused_by_transport(reply, body, key)
    if refused is not None:
        return refused
    try:
        if body.startswith((b"{", b"[")):
            return from_json(asked, body, key)
        return from_csv(asked, body)
    except PayloadError as error:
        return Refused(error.kind, redacted(str(error), key))


def refused_by_transport(reply: Reply, body: bytes, key: str) -> Refused | None:
    """What the status and the kind of body tell before anything is read."""
    if not body and reply.status == 200:
        return Refused(RefusalKind.NO_DATA, "an empty body")
    kind = transport_kind(reply.status, is_html=body.startswith(b"<"))
    if kind is None:
        return None
    start = body[:200].decode(errors="replace")
    return Refused(kind, redacted(f"HTTP {reply.status}: {start}", key))


def transport_kind(status: int, *, is_html: bool) -> RefusalKind | None:
    if 300 <= status < 400:
        return RefusalKind.REDIRECT
    if status >= 500:
        return RefusalKind.SERVER_ERROR
    if status == 429:
        return RefusalKind.BURST
    if is_html:
        return RefusalKind.HTML
    return None if status == 200 else RefusalKind.UNRECOGNISED


def from_json(asked: Asked, body: bytes, key: str) -> Answer:
    """A JSON body: data, a sentence, or made-up rows with a message."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return Refused(RefusalKind.MALFORMED, "the JSON does not parse; it may be cut off")
    if not isinstance(document, dict):
        return Refused(RefusalKind.MALFORMED, "the JSON is not an object")
    for name in SENTENCE_KEYS:
        if isinstance(sentence := document.get(name), str):
            return refusal_from(sentence, key=key)
    if isinstance(sentence := document.get("message"), str):
        return Refused(RefusalKind.SAMPLE_ROWS, redacted(sentence, key))
    return data_from(asked, document, body)


def data_from(asked: Asked, document: Mapping[str, object], body: bytes) -> Answer:
    if asked.function in BAR_FUNCTIONS and document.get(SERIES_KEY):
        return bars_from_json(document, body, asked_symbol=asked.symbol)
    if asked.function in EVENT_FUNCTIONS and isinstance(document.get("data"), list):
        return events_from_json(document, kind=event_kind(asked.function))
    if asked.function is Function.SYMBOL_SEARCH and isinstance(document.get("bestMatches"), list):
        return matches_from_json(document)
    if not any(document.values()) or document.keys() <= {"Meta Data", SERIES_KEY}:
        return Refused(RefusalKind.NO_DATA, "an object without data")
    names = ", ".join(sorted(document))[:200]
    return Refused(RefusalKind.UNRECOGNISED, f"a JSON object with the members {names}")


def from_csv(asked: Asked, body: bytes) -> Answer:
    """A CSV body, which is told by its header."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return Refused(RefusalKind.MALFORMED, "the body is not UTF-8 text")
    header = text.partition("\n")[0].strip()
    if asked.function in BAR_FUNCTIONS and header.startswith("timestamp,open,high,low,close"):
        return bars_from_csv(text)
    if asked.function in EVENT_FUNCTIONS and header.startswith(("effective_date", "ex_dividend")):
        return events_from_csv(text, kind=event_kind(asked.function))
    if asked.function is Function.SYMBOL_SEARCH and header.startswith("symbol,name"):
        return matches_from_csv(text)
    return Refused(RefusalKind.UNRECOGNISED, "text that is neither JSON nor the expected CSV")


def event_kind(function: Function) -> str:
    return "split" if function is Function.SPLITS else "dividend"
