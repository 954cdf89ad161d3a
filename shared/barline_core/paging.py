"""One page of a list, in the shape that every list has."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field

from barline_core.route_inputs import Count, StrictInput


class PageQuery(StrictInput):
    """Which page of a list; a list may add what it can be narrowed by, and allow larger pages."""

    page: Annotated[Count, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[Count, Field(ge=1, le=200)] = 50

    @property
    def offset(self) -> int:
        """How many entries lie before the page."""
        return (self.page - 1) * self.page_size


def page_document(
    path: str, query: PageQuery, *, count: int, results: Sequence[object]
) -> dict[str, object]:
    """`results` as that page of the `count` entries at the public `path`, with links to the pages beside it."""

    def link(page: int) -> str:
        return f"{path}?{urlencode(query.model_dump(exclude_none=True) | {'page': page})}"

    return {
        "count": count,
        "next": link(query.page + 1) if query.offset + query.page_size < count else None,
        "previous": link(query.page - 1) if query.page > 1 else None,
        "results": results,
    }
