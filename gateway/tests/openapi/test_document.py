"""The document is valid, complete, and says what the code says."""

import importlib
import json
from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from barline_core.problems import Problem
from gateway.tests.route_table import routes

Node = dict[str, Any]


@pytest.fixture
def document(django_ready: None) -> Node:
    from barline_gateway.openapi.document import document

    return document()


def operations(document: Node) -> Iterator[tuple[str, str, Node]]:
    for path, methods in document["paths"].items():
        for method, found in methods.items():
            yield path, method, found


def test_it_is_valid_openapi(document: Node) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1.")


def test_every_route_of_the_gateway_is_in_it_and_no_other(document: Node) -> None:
    served = {
        (route.path, method) for route in routes() if route.is_api for method in route.methods
    }
    served |= {("/livez", "get"), ("/readyz", "get")}
    assert {(path, method) for path, method, _ in operations(document)} == served


def test_every_operation_has_a_name_of_its_own_and_an_example_of_what_it_answers(
    document: Node,
) -> None:
    names = [found["operationId"] for _, _, found in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, found in operations(document):
        good = [status for status in found["responses"] if status in {"200", "201", "202"}]
        for status in good:
            media = found["responses"][status]["content"]["application/json"]
            assert "example" in media, (path, method, status)


def test_every_example_is_of_its_shape(document: Node) -> None:
    for path, method, found in operations(document):
        bodies = [found.get("requestBody", {}), *found["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                if "example" in media:
                    check(document, media["schema"], media["example"], f"{method} {path}")


def check(document: Node, schema: Node, value: object, where: str) -> None:
    validator = jsonschema.Draft202012Validator(
        {**schema, "components": document["components"]},
        format_checker=jsonschema.FormatChecker(),
    )
    errors = [
        f"{where} {error.json_path}: {error.message}" for error in validator.iter_errors(value)
    ]
    assert errors == []


def test_what_the_services_take_is_what_the_document_says(document: Node) -> None:
    """After a change of a service's model: python -m barline_local.openapi_models."""
    from barline_local.openapi_models import FILE, text

    assert FILE.read_text() == text()


@pytest.mark.parametrize("name", ["ge", "gt", "le", "lt"])
def test_a_bound_is_no_keyword_that_only_pydantic_knows(document: Node, name: str) -> None:
    assert f'"{name}":' not in json.dumps(document["components"]["schemas"])


def all_problems() -> dict[str, type[Problem]]:
    """Every kind that any process can raise, by its type."""
    for service in ("ingestion", "backtest", "prediction", "reports"):
        importlib.import_module(f"barline_{service}.errors")
    for module in ("errors", "idempotency"):
        importlib.import_module(f"barline_gateway.{module}")
    found: dict[str, type[Problem]] = {}
    waiting: list[type[Problem]] = [Problem]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        found.setdefault(kind.type, kind)
    return found


def test_every_kind_of_problem_is_listed_with_its_status_and_title(document: Node) -> None:
    from barline_gateway.openapi.document import load

    listed = {kind: (one["status"], one["title"]) for kind, one in load("problems").items()}
    assert listed == {kind: (one.status, one.title) for kind, one in all_problems().items()}
    examples = document["components"]["examples"]
    assert set(examples) == set(listed)
    for kind, example in examples.items():
        check(document, {"$ref": "#/components/schemas/Problem"}, example["value"], kind)


def test_json_unless_yaml_is_asked_for(client: httpx.Client, document: Node) -> None:
    answer = client.get("/api/schema/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(document))
    in_yaml = client.get("/api/schema", params={"format": "yaml"})
    assert in_yaml.headers["content-type"] == "application/yaml"
    assert yaml.safe_load(in_yaml.text) == answer.json()
    assert client.get("/api/schema/?format=xml").status_code == 400


def test_the_document_is_not_for_strangers(gateway_url: str) -> None:
    assert httpx.get(f"{gateway_url}/api/schema/").status_code == 401
    assert (
        httpx.get(f"{gateway_url}/api/docs/").headers["location"].startswith("/reporting/sign-in")
    )


def test_methods_are_those_of_http(document: Node) -> None:
    known = {method.value.lower() for method in HTTPMethod}
    assert {method for _, method, _ in operations(document)} <= known
