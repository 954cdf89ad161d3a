"""What others may keep of an answer, how it is packed, and how one asks only for what has changed."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version

import brotli
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag
from rest_framework.request import Request

GetResponse = Callable[[HttpRequest], HttpResponseBase]

RELEASE = version("barline-gateway")  # another release may word the same data differently
SMALLEST_PACKED_BYTES = 500
BROTLI_QUALITY = 4  # as fast as gzip, and a tenth smaller
PACKED_TYPES = ("application/json", "application/problem+json", "application/yaml", "text/")
PAGE_TYPE = "text/html"


def unless_unchanged(
    request: Request, facts: Mapping[str, object] | None, produce: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """304 when the caller has what `facts` and the address stand for, else what `produce` gives, with their ETag.

    The facts are read before the answer is made: an answer that is newer than its ETag is only fetched again.
    """
    if facts is None:
        return produce()
    words = [RELEASE, request.get_full_path(), *(f"{name}={facts[name]}" for name in sorted(facts))]
    etag = quote_etag(sha256("\n".join(words).encode()).hexdigest()[:32])
    unchanged = get_conditional_response(request._request, etag=etag)  # noqa: SLF001 - DRF's way to Django's own
    if unchanged is not None:
        unchanged.headers["ETag"] = etag
        return unchanged
    response = produce()
    if response.status_code == 200:
        response.headers["ETag"] = etag
    return response


class CachePolicyMiddleware:
    """An answer is its caller's own: kept by nobody between, asked about again before it is used, errors not at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if response.status_code >= 400:
            response.headers["Cache-Control"] = "no-store"
        elif "Cache-Control" not in response.headers:
            patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class CompressionMiddleware(GZipMiddleware):
    """Brotli for JSON, else gzip; nothing that may not be stored, since that is where secrets are.

    BREACH needs a secret and a part chosen by the attacker in one compressed answer that the attacker can make a
    browser fetch. JSON has no secret but in a new API key, which is not packed; pages have a CSRF token, which
    Django masks anew each time, and get gzip alone, to which Django adds padding of random length.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "")
        if not kind.startswith(PACKED_TYPES) or "no-store" in response.get("Cache-Control", ""):
            return response
        if not isinstance(response, HttpResponse):  # a large one, on its way through
            return super().process_response(request, response)
        if len(response.content) < SMALLEST_PACKED_BYTES:
            return response
        accepted = request.headers.get("Accept-Encoding", "")
        if (
            "br" in accepted
            and not kind.startswith(PAGE_TYPE)
            and "Content-Encoding" not in response
        ):
            return packed(response)
        return super().process_response(request, response)


def packed(response: HttpResponse) -> HttpResponse:
    """The answer in Brotli; its ETag becomes weak, as for any other packing."""
    patch_vary_headers(response, ["Accept-Encoding"])
    response.content = brotli.compress(response.content, quality=BROTLI_QUALITY)
    response.headers["Content-Length"] = str(len(response.content))
    response.headers["Content-Encoding"] = "br"
    etag = response.headers.get("ETag")
    if etag and etag.startswith('"'):
        response.headers["ETag"] = f"W/{etag}"
    return response
