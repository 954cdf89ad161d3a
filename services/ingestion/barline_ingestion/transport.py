"""One HTTP request to Alpha Vantage; whatever goes wrong on the way becomes a refusal without its
URL.
"""

import re
import time

import httpx

from barline_ingestion.answers import Asked, Function, Reply
from barline_ingestion.refusals import RefusalKind, Refused
from barline_ingestion.settings import IngestionSettings

LARGEST_BODY = 64 * 1024 * 1024
CLASS_SHARE = re.compile(r"\.([A-Z])$")


def open_client(settings: IngestionSettings) -> httpx.Client:
    """A pooled client that neither follows redirects nor waits for ever."""
    return httpx.Client(
        base_url=str(settings.alpha_vantage_base_url),
        headers={"Accept": "application/json", "User-Agent": "barline"},
        timeout=httpx.Timeout(
            settings.upstream_read_timeout_s, connect=settings.upstream_connect_timeout_s
        ),
        follow_redirects=False,
    )


def query_of(asked: Asked, key: str) -> dict[str, str]:
    """The parameters on the wire, where class shares are written with a dash (`BRK-B`)."""
    name = "keywords" if asked.function is Function.SYMBOL_SEARCH else "symbol"
    query = {"function": asked.function.value, name: CLASS_SHARE.sub(r"-\1", asked.symbol)}
    if asked.output_size:
        query["outputsize"] = asked.output_size
    return query | {"apikey": key}


def fetch(client: httpx.Client, query: dict[str, str], *, total_s: float) -> Reply | Refused:
    """The reply, or why there is none. An exception of httpx knows the URL, so none leaves here."""
    started = time.monotonic()
    body = bytearray()
    try:
        with client.stream("GET", "query", params=query) as response:
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST_BODY:
                    return Refused(RefusalKind.MALFORMED, "the body is larger than 64 MB")
                if time.monotonic() - started > total_s:
                    return Refused(RefusalKind.TIME_OUT, f"not complete after {total_s:g} s")
            content_type = response.headers.get("content-type", "")
            return Reply(response.status_code, content_type, bytes(body))
    except httpx.TimeoutException as error:
        return Refused(RefusalKind.TIME_OUT, type(error).__name__)
    except httpx.HTTPError as error:
        return Refused(RefusalKind.UNREACHABLE, type(error).__name__)
