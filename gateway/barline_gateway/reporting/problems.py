"""What went wrong, in the one shape the pages show, whether the gateway or a service said it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import httpx

from barline_core.problems import FieldError, Problem, UpstreamWrong


@dataclass(eq=False)
class PageProblem(Exception):
    """A problem a person should read. `kind` is the last part of its type, such as `unknown-symbol`."""

    kind: str
    title: str
    detail: str
    status: int
    errors: Sequence[FieldError] = ()
    retry_after_s: int | None = None

    def __str__(self) -> str:
        return self.detail

    @property
    def is_passing(self) -> bool:
        """Whether trying again later may help."""
        return self.status in (429, 502, 503, 504)


def from_problem(problem: Problem) -> PageProblem:
    return PageProblem(
        kind=problem.type,
        title=problem.title,
        detail=problem.detail,
        status=problem.status,
        errors=tuple(problem.errors),
        retry_after_s=whole_seconds(problem.headers.get("Retry-After")),
    )


def from_document(document: Mapping[str, object], *, retry_after: str | None = None) -> PageProblem:
    """The problem that an RFC 9457 document describes."""
    errors = document.get("errors")
    return PageProblem(
        kind=str(document.get("type", "")).rsplit("/", 1)[-1],
        title=str(document.get("title", "Something went wrong")),
        detail=str(document.get("detail", "")),
        status=int(str(document.get("status", 500))),
        errors=tuple(field_errors(errors)) if isinstance(errors, list) else (),
        retry_after_s=whole_seconds(retry_after),
    )


def from_answer(answer: httpx.Response) -> PageProblem:
    """The problem a service answered with."""
    try:
        document = answer.json()
        if not isinstance(document, dict):
            raise TypeError
        return from_document(document, retry_after=answer.headers.get("Retry-After"))
    except (ValueError, TypeError):
        return not_understood()


def not_understood() -> PageProblem:
    """A service said something that is not in the contract."""
    return from_problem(
        UpstreamWrong("A service gave an answer these pages do not understand; try again.")
    )


def field_errors(errors: Sequence[object]) -> list[FieldError]:
    return [
        FieldError(
            str(one.get("detail", "")),
            parameter=cast("str | None", one.get("parameter")),
            pointer=cast("str | None", one.get("pointer")),
        )
        for one in errors
        if isinstance(one, dict)
    ]


def whole_seconds(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
