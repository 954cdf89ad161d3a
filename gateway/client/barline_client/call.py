"""A request and the type of its answer: what both transports send, known without opening a socket."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from pydantic import JsonValue, TypeAdapter

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Value = str | int | float | bool
Members = dict[str, JsonValue]

# The OpenAPI document itself, whose shape is not its own.
MEMBERS: TypeAdapter[Members] = TypeAdapter(Members)
NOTHING: TypeAdapter[None] = TypeAdapter(type(None))
# Documents and tables are downloaded, never read as JSON.
BYTES: TypeAdapter[bytes] = TypeAdapter(bytes)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call(Generic[T_co]):
    """One operation of the document with its arguments."""

    operation: str
    method: str
    path: str
    answer: TypeAdapter[T_co]
    query: Mapping[str, Value] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    upload: Upload | None = None
    # A POST carries a key of its own, so that repeating it after a 503 does nothing twice.
    idempotency_key: str | None = None


def get(
    operation: str, path: str, answer: TypeAdapter[T], query: Mapping[str, object] | None = None
) -> Call[T]:
    return Call(operation, "GET", path, answer, given(query or {}))


def post(
    operation: str,
    path: str,
    answer: TypeAdapter[T],
    *,
    query: Mapping[str, object] | None = None,
    body: Mapping[str, object] | None = None,
    upload: Upload | None = None,
) -> Call[T]:
    members = None if body is None else given(body)
    return Call(
        operation, "POST", path, answer, given(query or {}), members, upload, uuid.uuid4().hex
    )


def delete(operation: str, path: str, answer: TypeAdapter[T]) -> Call[T]:
    return Call(operation, "DELETE", path, answer)


def given(arguments: Mapping[str, object]) -> dict[str, Any]:
    """Arguments that are None are not sent; what JSON has no type for (dates, instants) goes as ISO 8601 text."""
    return {name: written(value) for name, value in arguments.items() if value is not None}


def written(value: object) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return given(value)
    if isinstance(value, list | tuple):
        return [written(one) for one in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, str | int | float):
        return value
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else str(value)


def segment(identifier: str) -> str:
    """One part of a path, whatever it has in it."""
    return quote(identifier, safe="")
