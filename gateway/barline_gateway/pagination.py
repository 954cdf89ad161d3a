"""One shape for every list: count, next, previous, results."""

from collections.abc import Callable
from typing import TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

Row = TypeVar("Row", bound=Model)


def page_of(
    request: Request,
    rows: QuerySet[Row],
    number: int,
    size: int,
    document: Callable[[Row], dict[str, object]],
) -> dict[str, object]:
    """Page `number` (from 1) of `rows`; a page after the last is empty."""
    paginator = Paginator(rows, size)
    page = paginator.page(number) if number <= paginator.num_pages else None
    address = request.get_full_path()

    def link(wanted: int) -> str:
        return str(replace_query_param(address, "page", wanted))

    return {
        "count": paginator.count,
        "next": link(number + 1) if page is not None and page.has_next() else None,
        "previous": link(min(number - 1, paginator.num_pages)) if number > 1 else None,
        "results": [] if page is None else [document(row) for row in page],
    }
