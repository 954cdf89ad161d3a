"""One HTTP request to Alpha Vantage; whatever goes wrong on the way becomes a refusal without its
URL.
"""

import re
import time
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic import SecretStr

from barline_ingestion.answers import Asked, Function, Reply
from barline_ingestion.refusals import RefusalKind, Refused
from barline_ingestion.settings import IngestionSettings

LARGEST_BODY = 64 * 1024 * 1024
CLASS_SHARE = re.compile(r"\.([A-Z])$")


class KeyAdded(httpx.BaseTransport):
    """Adds the key below the client: its logs and exceptions, which name the URL, never see it."""

    def __init__(self, wrapped: httpx.BaseTransport, key: SecretStr) -> None:
        self.wrapped = wrapped
        self.key = key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.wrapped.handle_request(
            httpx.Request(
                method=request.method,
                url=request.url.copy_merge_params({"apikey": self.key.get_secret_value()}),
                headers=request.headers,
                stream=request.stream,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self.wrapped.close()


def open_client(settings: IngestionSettings) -> httpx.Client:
    """A pooled client that adds the key, and neither follows redirects nor waits for ever."""
    base_url = httpx.URL(str(settings.alpha_vantage_base_url))
    wrapped = httpx.HTTPTransport(proxy=proxy_for(base_url))
    return httpx.Client(
        base_url=base_url,
        transport=KeyAdded(wrapped, settings.alpha_vantage_api_key),
        headers={"Accept": "application/json", "User-Agent": "barline"},
        timeout=httpx.Timeout(
            settings.upstream_read_timeout_s, connect=settings.upstream_connect_timeout_s
        ),
        follow_redirects=False,
    )


def proxy_for(url: httpx.URL) -> str | None:
    """The proxy the environment names; a client with a transport of its own does not look there."""
    return None if proxy_bypass(url.host) else getproxies().get(url.scheme)


def query_of(asked: Asked) -> dict[str, str]:
    """The parameters on the wire but the key; class shares are written there with a dash (`BRK-B`)."""
    name = "keywords" if asked.function is Function.SYMBOL_SEARCH else "symbol"
    query = {"function": asked.function.value, name: CLASS_SHARE.sub(r"-\1", asked.symbol)}
    if asked.output_size:
        query["outputsize"] = asked.output_size
    return query


def fetch(client: httpx.Client, query: dict[str, str], *, total_s: float) -> Reply | Refused:
    """The reply, or why there is none. No exception of httpx leaves here."""
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
