"""Spells out the short notation of shapes.yaml as JSON Schema 2020-12."""

from collections.abc import Mapping

Schema = dict[str, object]

NAMED: Mapping[str, Schema] = {
    "any": {},
    "null": {"type": "null"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    **{name: {"type": name} for name in ("string", "integer", "number", "boolean")},
}
ANY_NAME = "*"


def schema_of(notation: object) -> Schema:
    """The schema of one notation: a name, a choice of names, a list of one, or an object."""
    if isinstance(notation, list):
        return {"type": "array", "items": schema_of(notation[0])}
    if isinstance(notation, Mapping):
        return object_schema(notation)
    choices = [named(name) for name in str(notation).split("|")]
    return choices[0] if len(choices) == 1 else {"anyOf": choices}


def object_schema(members: Mapping[str, object]) -> Schema:
    if ANY_NAME in members:
        return {"type": "object", "additionalProperties": schema_of(members[ANY_NAME])}
    properties = {name.removesuffix("~"): schema_of(inner) for name, inner in members.items()}
    required = [name for name in members if not name.endswith("~")]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def named(name: str) -> Schema:
    return dict(NAMED[name]) if name in NAMED else reference(name)


def reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
