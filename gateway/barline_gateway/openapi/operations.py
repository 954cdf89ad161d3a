"""One route and method of the document, with every answer it may give."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from barline_core.problems import CONTENT_TYPE
from barline_gateway.openapi.shapes import reference, schema_of

Node = dict[str, Any]

JSON = "application/json"
TABLE_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
DOCUMENT_TYPES = {"html": "text/html", "pdf": "application/pdf"}
BINARY: Node = {"type": "string", "contentMediaType": "application/octet-stream"}
PATTERNS = {"key_id": "^([0-9]{1,15}|current)$"}
ID_PATTERN = r"^[A-Za-z0-9_\-]{1,64}$"
OF_ALL = (
    "invalid-input",
    "not-authenticated",
    "not-allowed",
    "too-many-requests",
    "internal-error",
)
OF_BODIES = ("too-large", "unsupported-media-type")
OF_POSTS = ("idempotency-key-reused", "still-working")
WORDS = {200: "Done.", 201: "Made.", 202: "Being worked on.", 204: "Gone.", 304: "Unchanged."}


@dataclass(frozen=True, slots=True)
class Parts:
    """What operations are made of: models of input, kinds of problems, examples by operation and status."""

    models: Mapping[str, Node]
    problems: Mapping[str, Node]
    examples: Mapping[str, object]


def operation(path: str, method: str, route: Node, parts: Parts) -> Node:
    """The operation object."""
    found: Node = {
        "operationId": route["id"],
        "tags": [route["tag"]],
        "summary": route["summary"],
        "parameters": parameters(path, method, route, parts.models),
        "responses": {
            **answers(route, method, parts.examples),
            **refusals(route, method, parts.problems),
        },
    }
    if "body" in route or "upload" in route:
        found["requestBody"] = request_body(route, parts.examples)
    if route.get("open"):
        found["security"] = []
    else:
        scope = route.get("scope", "read")
        found["description"] = f"Needs the scope `{scope}`."
    return found


def parameters(path: str, method: str, route: Node, models: Mapping[str, Node]) -> list[Node]:
    """Those in the path, those of the query's models, and the headers that steer."""
    found: dict[str, Node] = {}
    schema: Node
    for name in (part.strip("{}") for part in path.split("/") if part.startswith("{")):
        schema = {"type": "string", "pattern": PATTERNS.get(name, ID_PATTERN)}
        found[name] = {"name": name, "in": "path", "required": True, "schema": schema}
    for name, words in route.get("parameters", {}).items():
        found[name] = {"name": name, "in": "query", "description": words, "schema": symbol_schema()}
    for model in (models[name] for name in route.get("query", ())):
        for name, schema in model.get("properties", {}).items():
            required = name in model.get("required", ())
            found[name] = {"name": name, "in": "query", "required": required, "schema": schema}
    if route.get("documents") and route.get("query") and "{" not in path:
        schema = {"enum": ["json", "html", "pdf"], "default": "json"}
        found["format"] = {"name": "format", "in": "query", "schema": schema}
    if method == "post":
        key = {"type": "string", "minLength": 1, "maxLength": 250, "pattern": r"^[!#-~]+$"}
        found["Idempotency-Key"] = {"name": "Idempotency-Key", "in": "header", "schema": key}
    return list(found.values())


def symbol_schema() -> Node:
    return {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,19}$", "example": "IBM"}


def request_body(route: Node, examples: Mapping[str, object]) -> Node:
    name = route.get("upload") or route["body"]
    schema = reference(name.replace(".", "_"))
    example = examples.get(f"{route['id']}.body")
    if "upload" in route:
        return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    content: Node = {JSON: {"schema": schema, "example": example}}
    return {"required": not route.get("body_optional", False), "content": content}


def answers(route: Node, method: str, examples: Mapping[str, object]) -> Node:
    """What it says when it did what was asked."""
    found: Node = {}
    for status, shape in route["answers"].items():
        answer: Node = {"description": WORDS[status], "headers": usual_headers(route)}
        if shape is not None:
            answer["content"] = content(route, status, str(shape), examples)
        found[str(status)] = answer
    if method == "get" and not route.get("open"):
        found["304"] = {"description": WORDS[304], "headers": usual_headers(route)}
    return found


def content(route: Node, status: int, shape: str, examples: Mapping[str, object]) -> Node:
    example = examples.get(f"{route['id']}.{status}")
    media: Node = {"schema": schema_of(shape)}
    found: Node = {JSON: media if example is None else media | {"example": example}}
    if status == 200:
        for name in route.get("tables", ()):
            found[TABLE_TYPES[name]] = {"schema": BINARY}
        if route.get("documents"):
            found |= {kind: {"schema": BINARY} for kind in DOCUMENT_TYPES.values()}
        if route.get("yaml"):
            found["application/yaml"] = {"schema": {}}
    return found


def refusals(route: Node, method: str, problems: Mapping[str, Node]) -> Node:
    """Its problems by status, each with an example of every kind."""
    kinds = list(route.get("problems", ()))
    if not route.get("open"):
        kinds += OF_ALL
    if method == "post":
        kinds += [*OF_BODIES, *OF_POSTS]
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(problems[kind]["status"], []).append(kind)
    return {
        str(status): {
            "description": "; ".join(problems[kind]["title"] for kind in by_status[status]),
            "headers": problem_headers(status),
            "content": {
                CONTENT_TYPE: {
                    "schema": reference("Problem"),
                    "examples": {
                        kind: {"$ref": f"#/components/examples/{kind}"}
                        for kind in by_status[status]
                    },
                }
            },
        }
        for status in sorted(by_status)
    }


def usual_headers(route: Node) -> Node:
    names = {"X-Request-Id": "RequestId"}
    if not route.get("open"):
        names |= {"RateLimit": "RateLimit", "RateLimit-Policy": "RateLimitPolicy"}
    if route.get("conditional"):
        names["ETag"] = "ETag"
    return {
        name: {"$ref": f"#/components/headers/{component}"} for name, component in names.items()
    }


def problem_headers(status: int) -> Node:
    names = {"X-Request-Id": "RequestId"}
    if status in (429, 503):
        names["Retry-After"] = "RetryAfter"
    return {
        name: {"$ref": f"#/components/headers/{component}"} for name, component in names.items()
    }
