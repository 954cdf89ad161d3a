"""What a result is made of, in one digest: the same digest means the same numbers, to the last bit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from barline_backtest.definitions import definitions_of
from barline_backtest.engine import ENGINE_VERSION
from barline_backtest.parameters import RunParameters

ParameterValue = str | int | float | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The digest (SHA-256, hexadecimal) and everything it covers besides the parameters."""

    digest: str
    engine_version: str
    data_version: str
    definitions: Mapping[str, str]


def certify(parameters: RunParameters, data_version: str) -> Certificate:
    """The certificate of a run of `parameters` over the bars named by `data_version`.

    The digest is taken of JSON with sorted keys and shortest round-trip floats, so that any language can make it
    again. Who asked, and which parts of the answer they wanted, are not in it.
    """
    named = parameter_values(parameters)
    definitions = definitions_of(
        {name: value for name, value in named.items() if isinstance(value, str)}
    )
    content = {
        "engine_version": ENGINE_VERSION,
        "data_version": data_version,
        "parameters": named,
        "definitions": definitions,
    }
    return Certificate(digest_of(content), ENGINE_VERSION, data_version, definitions)


def digest_of(content: Mapping[str, object]) -> str:
    """SHA-256 of the content as JSON with sorted keys."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def parameter_values(parameters: RunParameters) -> dict[str, ParameterValue]:
    """The parameters by name as they travel: dates YYYY-MM-DD, the instant in RFC 3339, no negative zero."""
    values: dict[str, ParameterValue] = {}
    for name, value in asdict(parameters).items():
        if isinstance(value, datetime):
            values[name] = value.isoformat().replace("+00:00", "Z")
        elif isinstance(value, date):
            values[name] = value.isoformat()
        else:
            values[name] = value + 0.0 if isinstance(value, float) else value
    return values


def restore_parameters(values: Mapping[str, object]) -> RunParameters:
    """The parameters that `parameter_values` wrote down."""
    restored: dict[str, Any] = dict(values)
    for name in ("start", "end"):
        if restored[name] is not None:
            restored[name] = date.fromisoformat(restored[name])
    if restored["known_at"] is not None:
        restored["known_at"] = datetime.fromisoformat(restored["known_at"])
    return RunParameters(**restored)
