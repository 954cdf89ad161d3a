"""Lists that come in pages, and the call for the page after one."""

from dataclasses import replace
from typing import Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

from barline_client.call import Call

T = TypeVar("T")
Row_co = TypeVar("Row_co", covariant=True)


class Page(Protocol[Row_co]):
    """What every list answers."""

    @property
    def next(self) -> str | None: ...

    @property
    def results(self) -> tuple[Row_co, ...]: ...


def next_page(call: Call[Page[T]], page: Page[T]) -> Call[Page[T]] | None:
    """Only the query of `next` is used: the key must not follow a link to another host."""
    if page.next is None:
        return None
    return replace(call, query=dict(parse_qsl(urlsplit(page.next).query)))
