"""Writes the services' models into the gateway's OpenAPI document: `python -m barline_local.openapi_models`.

The gateway may not import the services, so it keeps what they say as a file; a test fails when the two differ.
"""

import json
from pathlib import Path

from pydantic import BaseModel

import barline_gateway
from barline_backtest import schemas as backtest
from barline_core import route_inputs as core
from barline_ingestion import schemas as ingestion
from barline_prediction import schemas as prediction
from barline_reports import schemas as reports

FILE = Path(barline_gateway.__file__).parent / "openapi" / "services.json"
MODULES = {
    "core": core,
    "ingestion": ingestion,
    "backtest": backtest,
    "prediction": prediction,
    "reports": reports,
}
# Pydantic leaves the bounds of a number under its own names where a validator of ours sees the number first.
KEYWORDS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
}


def models() -> dict[str, object]:
    """Every query and body model of what several services share and of each one's own, as JSON Schema."""
    return {
        f"{owner}.{name}": in_keywords(model.model_json_schema(mode="validation"))
        for owner, module in MODULES.items()
        for name, model in sorted(vars(module).items())
        if name.endswith(("Query", "Body"))
        and isinstance(model, type)
        and issubclass(model, BaseModel)
        and model.__module__ == module.__name__
    }


def in_keywords(schema: object) -> object:
    """The schema with every bound under JSON Schema's name."""
    if isinstance(schema, dict):
        return {KEYWORDS.get(name, name): in_keywords(part) for name, part in schema.items()}
    return [in_keywords(part) for part in schema] if isinstance(schema, list) else schema


def text() -> str:
    return json.dumps(models(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
