"""Puts the OpenAPI document together from routes, shapes, problems, examples and models."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from barline_core.problems import TYPE_PREFIX
from barline_gateway.caching import RELEASE
from barline_gateway.openapi.operations import Parts, operation
from barline_gateway.openapi.serializer_schema import gateway_models
from barline_gateway.openapi.shapes import schema_of

Node = dict[str, Any]

FOLDER = Path(__file__).parent
ABOUT = (
    "Daily bars, backtests and forecasts on a server of your own. Every route takes the form with and without a "
    "trailing slash. Errors are RFC 9457 problems. GETs answer 304 to `If-None-Match`; POSTs honour `Idempotency-Key`."
)


@cache
def document() -> Node:
    """The whole document. It depends on nothing but the release, so it is made once."""
    models = all_models()
    problems = load("problems")
    examples = json.loads((FOLDER / "examples.json").read_text())
    parts = Parts(models, problems, examples)
    paths = {
        path: {method: operation(path, method, route, parts) for method, route in methods.items()}
        for path, methods in load("routes").items()
    }
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Barline",
            "version": RELEASE,
            "description": ABOUT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in tags(paths)],
        "security": [{"apiKey": []}, {"session": []}],
        "paths": paths,
        "components": components(models, problems),
    }


def tags(paths: Node) -> list[str]:
    found = (one["tags"][0] for methods in paths.values() for one in methods.values())
    return list(dict.fromkeys(found))


def components(models: Mapping[str, Node], problems: Mapping[str, Node]) -> Node:
    shapes = {name: schema_of(notation) for name, notation in load("shapes").items()}
    bodies = {
        name.replace(".", "_"): model for name, model in models.items() if name.endswith("Body")
    }
    defined = dict(definitions(models.values()))
    return {
        "schemas": shapes | bodies | defined | {"Problem": problem_schema()},
        "examples": {kind: example_of(kind, problem) for kind, problem in problems.items()},
        "headers": headers(),
        "securitySchemes": {
            "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key."},
            "session": {"type": "apiKey", "in": "cookie", "name": "barline_session"},
        },
    }


def definitions(models: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    """What models refer to, taken out of them."""
    for model in models:
        yield from model.pop("$defs", {}).items()


def problem_schema() -> Node:
    """As stored problems, but an answer may have members that this release does not know."""
    schema: Node = schema_of(load("shapes")["StoredProblem"])
    schema["properties"]["type"] = {"type": "string", "format": "uri"}
    return schema


def example_of(kind: str, problem: Node) -> Node:
    value = {
        "type": TYPE_PREFIX + kind,
        "title": problem["title"],
        "status": problem["status"],
        "detail": problem["detail"],
        "instance": "/back_test",
        "request_id": "0f8e4c0d2b6a4d1b9c7e5a3f1d2c4b6a",
    }
    if "parameter" in problem:
        value["errors"] = [{"parameter": problem["parameter"], "detail": problem["says"]}]
    return {"summary": problem["title"], "value": value}


def headers() -> Node:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 0}
    return {
        "RequestId": {"description": "Names the request in the logs.", "schema": text},
        "RetryAfter": {"description": "Seconds to wait.", "schema": number},
        "ETag": {"description": "For `If-None-Match`.", "schema": text},
        "RateLimit": {"description": "What is left (r) for how many seconds (t).", "schema": text},
        "RateLimitPolicy": {"description": "How many (q) in how many seconds (w).", "schema": text},
        "Location": {"description": "Where the result is or will be.", "schema": text},
    }


def all_models() -> dict[str, Node]:
    """The services' models, from the fragment that a test compares with them, and the gateway's own."""
    text = (FOLDER / "services.json").read_text().replace("#/$defs/", "#/components/schemas/")
    of_services: dict[str, Node] = json.loads(text)
    return of_services | gateway_models()


def load(name: str) -> Node:
    loaded: Node = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return loaded
