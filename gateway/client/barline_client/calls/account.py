"""API keys, and the server itself."""

from typing import Literal

from pydantic import TypeAdapter

from barline_client.call import MEMBERS, NOTHING, Call, Members, delete, get, post, segment
from barline_client.models import ApiKey, ApiKeyPage, Health, NewApiKey

PAGE: TypeAdapter[ApiKeyPage] = TypeAdapter(ApiKeyPage)
KEY: TypeAdapter[ApiKey] = TypeAdapter(ApiKey)
NEW_KEY: TypeAdapter[NewApiKey] = TypeAdapter(NewApiKey)
HEALTH: TypeAdapter[Health] = TypeAdapter(Health)

KEYS = "/account/keys"


def list_keys(
    *,
    active: bool | None = None,
    ordering: str | None = None,
    page: int | None = None,
    page_size: int | None = None,
) -> Call[ApiKeyPage]:
    """One's keys, without their text."""
    query = {"active": active, "ordering": ordering, "page": page, "page_size": page_size}
    return get("listKeys", KEYS, PAGE, query)


def make_key(
    name: str,
    *,
    scope: Literal["read", "write", "admin"] = "read",
    expires_in_days: int | None = None,
) -> Call[NewApiKey]:
    """A new key; its text is in this answer only."""
    body = {"name": name, "scope": scope, "expires_in_days": expires_in_days}
    return post("makeKey", KEYS, NEW_KEY, body=body)


def read_key(key_id: str = "current") -> Call[ApiKey]:
    """One key, usually that of the request."""
    return get("readKey", f"{KEYS}/{segment(key_id)}", KEY)


def revoke_key(key_id: str) -> Call[None]:
    return delete("revokeKey", f"{KEYS}/{segment(key_id)}", NOTHING)


def rotate_key(key_id: str, *, grace_hours: int | None = None) -> Call[NewApiKey]:
    """A new text; the old one works for `grace_hours` more."""
    path = f"{KEYS}/{segment(key_id)}/rotate"
    return post("rotateKey", path, NEW_KEY, body={"grace_hours": grace_hours})


def read_schema() -> Call[Members]:
    """The OpenAPI document."""
    return get("readSchema", "/api/schema", MEMBERS)


def read_liveness() -> Call[Health]:
    return get("readLiveness", "/livez", HEALTH)


def read_readiness() -> Call[Health]:
    return get("readReadiness", "/readyz", HEALTH)
