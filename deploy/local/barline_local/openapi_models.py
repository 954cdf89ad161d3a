"""Writes the services' models into the gateway's OpenAPI document: `python -m barline_local.openapi_models`.

The gateway may not import the services, so it keeps what they say as a file; a test fails when the two differ.
"""

import json
from pathlib import Path

from pydantic import BaseModel

import barline_gateway
from barline_backtest import schemas as backtest
from barline_ingestion import schemas as ingestion
from barline_prediction import schemas as prediction
from barline_reports import schemas as reports

FILE = Path(barline_gateway.__file__).parent / "openapi" / "services.json"
SERVICES = {
    "ingestion": ingestion,
    "backtest": backtest,
    "prediction": prediction,
    "reports": reports,
}


def models() -> dict[str, object]:
    """Every query and body model of every service, as JSON Schema."""
    return {
        f"{service}.{name}": model.model_json_schema(mode="validation")
        for service, module in SERVICES.items()
        for name, model in sorted(vars(module).items())
        if name.endswith(("Query", "Body"))
        and isinstance(model, type)
        and issubclass(model, BaseModel)
    }


def text() -> str:
    return json.dumps(models(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(text())
