"""The JSON of a forecast, exactly as programs rely on it."""

from dataclasses import asdict
from datetime import UTC

import orjson

from barline_prediction.aftermath import Closes
from barline_prediction.manifest import JsonObject, Manifest
from barline_prediction.vintage import Vintage


def forecast_document(
    vintage: Vintage, symbol: str, manifest: Manifest, verdict: str
) -> JsonObject:
    """The answer of `GET /ai_prediction` without its optional parts. `as_of` is the date of the last bar used."""
    key = vintage.key
    return {
        "vintage_id": vintage.id,
        "symbol": symbol,
        "made_at": vintage.made_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "as_of": key.last_date,
        "hindcast": key.hindcast,
        "in_sample": vintage.in_sample,
        "model": {
            "name": vintage.model_name,
            "version": key.model_version,
            "sha256": vintage.model_sha256,
            "trained_through": manifest.trained_through,
            "training_symbols": manifest.training_symbols,
        },
        "based_on": {
            "last_date": key.last_date,
            "last_close": vintage.last_close,
            "data_version": key.bars_digest,
        },
        "predictions": [asdict(step) for step in vintage.steps],
        "verdict": verdict,
    }


def closes_document(closes: Closes) -> JsonObject:
    return {"date": closes.date, "close": closes.close.tolist()}


def as_json(document: JsonObject) -> bytes:
    """Dates as YYYY-MM-DD, numbers at full precision."""
    return orjson.dumps(document)
