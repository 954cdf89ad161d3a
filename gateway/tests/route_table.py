"""Every route of the gateway, from Django's own resolver, so that none can be forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

METHODS = ("get", "post", "put", "patch", "delete")
NAMED_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, slots=True)
class Route:
    """`path` as OpenAPI writes it; `methods` only of the API's own views, which say which they have."""

    path: str
    methods: tuple[str, ...]
    is_api: bool


def routes() -> list[Route]:
    from django.urls import get_resolver

    return sorted(walk(get_resolver().url_patterns, "/"), key=lambda route: route.path)


def walk(patterns: list[object], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + readable(str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern.url_patterns, path)
        else:
            view = getattr(pattern.callback, "cls", None)
            found = tuple(method for method in METHODS if hasattr(view, method))
            yield Route(path, found, is_api=view is not None)


def readable(pattern: str) -> str:
    text = NAMED_GROUP.sub(lambda found: f"{{{found.group(1)}}}", pattern)
    return text.removeprefix("^").removesuffix("$").removesuffix("/?").replace("\\", "")
