"""The one error language of Barline: RFC 9457 problems, raised as exceptions and rendered once at each edge.

Problem
├── InvalidInput        400  a parameter or a body is wrong; `errors` says which and why
├── Unauthenticated     401  no credentials, or wrong ones
├── Forbidden           403  known, but not allowed
├── NotFound            404
│   └── UnknownSymbol   404  not registered here, or not known upstream
├── Conflict            409
│   └── NotEnoughHistory 409 the bars do not reach far enough for what was asked
├── TooLarge            413
├── TooManyRequests     429
├── UpstreamWrong       502  another server's answer made no sense
├── ServiceUnavailable  503  a service or the data provider cannot answer now
└── UpstreamTooSlow     504
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "https://barline.dev/problems/"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the input: a query `parameter` by name, or a JSON `pointer` into the body."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None

    def as_dict(self) -> dict[str, str]:
        where = {"parameter": self.parameter, "pointer": self.pointer}
        return {name: value for name, value in where.items() if value is not None} | {
            "detail": self.detail
        }


@dataclass(eq=False)
class Problem(Exception):
    """Something the caller should hear about. `detail` says what is wrong, where, and what to do."""

    detail: str
    errors: Sequence[FieldError] = field(default=(), kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    type: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __str__(self) -> str:
        return self.detail

    def document(self, *, instance: str, request_id: str) -> dict[str, object]:
        """The body of the answer, in RFC 9457's members."""
        return problem_document(
            type(self),
            detail=self.detail,
            instance=instance,
            request_id=request_id,
            errors=self.errors,
        )


def problem_document(
    kind: type[Problem],
    *,
    detail: str,
    instance: str,
    request_id: str,
    errors: Sequence[FieldError] = (),
) -> dict[str, object]:
    document: dict[str, object] = {
        "type": TYPE_PREFIX + kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
        "request_id": request_id,
    }
    if errors:
        document["errors"] = [error.as_dict() for error in errors]
    return document


class InternalError(Problem):
    """An unexpected exception, with nothing of it shown: the traceback is in the log."""


class InvalidInput(Problem):
    type = "invalid-input"
    title = "The request is not valid"
    status = 400


class Unauthenticated(Problem):
    type = "not-authenticated"
    title = "Credentials are missing or wrong"
    status = 401


class Forbidden(Problem):
    type = "not-allowed"
    title = "Not allowed"
    status = 403


class NotFound(Problem):
    type = "not-found"
    title = "Not found"
    status = 404


class UnknownSymbol(NotFound):
    type = "unknown-symbol"
    title = "Unknown symbol"


def unknown_symbols(symbols: Sequence[str]) -> UnknownSymbol:
    """Some of the symbols asked for are not registered."""
    named = ", ".join(symbols[:5]) + (", …" if len(symbols) > 5 else "")
    return UnknownSymbol(
        f"Not registered here: {named}. Add them with POST /financial_data/add, and ask again.",
        errors=[FieldError("Not registered here.", pointer="/symbols")],
    )


class MethodNotAllowed(Problem):
    type = "method-not-allowed"
    title = "Method not allowed"
    status = 405


class Conflict(Problem):
    type = "conflict"
    title = "Conflict with the present state"
    status = 409


class NotEnoughHistory(Conflict):
    type = "not-enough-history"
    title = "Not enough history"


class TooLarge(Problem):
    type = "too-large"
    title = "The request is too large"
    status = 413


class TooManyRequests(Problem):
    type = "too-many-requests"
    title = "Too many requests"
    status = 429


class UpstreamWrong(Problem):
    type = "upstream-wrong"
    title = "Another server gave an answer that makes no sense"
    status = 502


class ServiceUnavailable(Problem):
    type = "service-unavailable"
    title = "Not available now"
    status = 503

    def __init__(self, detail: str, *, retry_after_s: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})


class UpstreamTooSlow(Problem):
    type = "upstream-too-slow"
    title = "Another server took too long"
    status = 504
