"""The gateway's own serializers as JSON Schema, so that the document cannot say anything else."""

from typing import Any

from rest_framework import serializers

from barline_gateway.accounts.serializers import KeyBody, KeysQuery, RotationBody
from barline_gateway.registry.serializers import (
    AddBody,
    FormatQuery,
    ImportBody,
    ListQuery,
    RefreshBody,
    RemoveBody,
    SearchQuery,
    StrictSerializer,
    SymbolsField,
    TickerField,
    WaitQuery,
)

Node = dict[str, Any]

SERIALIZERS: tuple[type[StrictSerializer], ...] = (
    AddBody, ImportBody, KeyBody, KeysQuery, ListQuery, RefreshBody, RemoveBody, RotationBody, SearchQuery, WaitQuery,
)  # fmt: skip
BOUNDS = {
    "max_length": "maxLength",
    "min_length": "minLength",
    "max_value": "maximum",
    "min_value": "minimum",
}


def gateway_models() -> dict[str, Node]:
    """Each serializer under the name routes.yaml knows it by."""
    models = {f"gateway.{one.__name__}": serializer_schema(one()) for one in SERIALIZERS}
    models["gateway.SchemaQuery"] = serializer_schema(FormatQuery())
    return models


def serializer_schema(serializer: StrictSerializer) -> Node:
    schema: Node = {
        "type": "object",
        "properties": {name: field_schema(field) for name, field in serializer.fields.items()},
        "required": [name for name, field in serializer.fields.items() if field.required],
        "additionalProperties": False,
    }
    if isinstance(serializer, AddBody):  # what its `validate` asks for
        schema["oneOf"] = [{"required": ["symbol"]}, {"required": ["symbols"]}]
    return schema


def field_schema(field: Any) -> Node:  # noqa: ANN401 - stubs name no common type of the fields
    """One field: its type, its bounds, its default, and whether null stands for nothing."""
    schema = type_of(field)
    if field.allow_null:
        schema = {"anyOf": [schema, {"type": "null"}]}
    default = field.default
    if default is not serializers.empty and default is not None:
        schema["default"] = default
    return schema


def type_of(field: Any) -> Node:  # noqa: ANN401, PLR0911 - as above; a line for each kind of field
    match field:
        case SymbolsField():
            bounds = {"minItems": field.min_length, "maxItems": field.max_length}
            return {"type": "array", "items": type_of(field.child), **bounds}
        case TickerField():
            pattern = r"^[A-Za-z0-9][A-Za-z0-9.\-]{0,19}$"
            return {"type": "string", "pattern": pattern, "example": "IBM"}
        case serializers.ChoiceField():
            return {"enum": list(field.choices)}
        case serializers.BooleanField():
            return {"type": "boolean"}
        case serializers.IntegerField():
            return {"type": "integer", **bounds_of(field)}
        case serializers.FileField():
            return {"type": "string", "contentMediaType": "text/csv"}
        case _:
            return {"type": "string", **bounds_of(field)}


def bounds_of(field: Any) -> Node:  # noqa: ANN401 - as above
    found = {BOUNDS[name]: getattr(field, name, None) for name in BOUNDS}
    return {name: value for name, value in found.items() if value is not None}
