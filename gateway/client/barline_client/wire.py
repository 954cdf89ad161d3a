"""Calls as httpx sends them, and its answers as flows read them."""

from typing import Any, Final

import httpx

from barline_client.call import Call
from barline_client.flow import Reply
from barline_client.settings import Settings

CHUNK_BYTES: Final = 64 * 1024
# The gateway itself gives a service 60 s at most.
TIMEOUT: Final = httpx.Timeout(90.0, connect=5.0)


def headers_of(settings: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.api_key}", "User-Agent": "barline-client/0.1.0"}


def request_arguments(call: Call[Any]) -> dict[str, Any]:
    """The keyword arguments of `stream`."""
    found: dict[str, Any] = {"method": call.method, "url": call.path, "params": dict(call.query)}
    if call.idempotency_key is not None:
        found["headers"] = {"Idempotency-Key": call.idempotency_key}
    if call.upload is not None:
        found["files"] = {"file": (call.upload.name, call.upload.content, "text/csv")}
        found["data"] = dict(call.body or {})
    elif call.body is not None:
        found["json"] = dict(call.body)
    return found


def reply_of(response: httpx.Response, content: bytes) -> Reply:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(str(response.url), response.status_code, headers, content)
