"""Forecasts, how earlier ones did, and the model."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal, TypedDict

from pydantic import TypeAdapter

from barline_client.call import BYTES, Call, get, post, segment
from barline_client.models import Batch, Forecast, Job, ModelCard, Scorecard

FORECAST: TypeAdapter[Forecast] = TypeAdapter(Forecast)
JOB: TypeAdapter[Job] = TypeAdapter(Job)
BATCH: TypeAdapter[Batch] = TypeAdapter(Batch)
SCORECARD: TypeAdapter[Scorecard] = TypeAdapter(Scorecard)
MODEL_CARD: TypeAdapter[ModelCard] = TypeAdapter(ModelCard)

FORECASTS = "/ai_prediction"


class Hindcasts(TypedDict):
    """From the bars up to every `every`-th session from `start` to `end`, both included."""

    start: dt.date
    end: dt.date
    every: int


def forecast_symbol(
    symbol: str, *, as_of: dt.date | None = None, include: str | None = None
) -> Call[Forecast]:
    """The next 30 sessions; `as_of` makes it a hindcast."""
    query = {"symbol": symbol, "as_of": as_of, "include": include}
    return get("forecastSymbol", FORECASTS, FORECAST, query)


def forecast_document(
    symbol: str, document: Literal["html", "pdf"], *, as_of: dt.date | None = None
) -> Call[bytes]:
    """The same as a report, to be downloaded."""
    query = {"symbol": symbol, "as_of": as_of, "format": document}
    return get("forecastSymbol", FORECASTS, BYTES, query)


def forecast_many(
    symbols: Sequence[str], *, as_of: dt.date | None = None, hindcasts: Hindcasts | None = None
) -> Call[Job]:
    """Forecasts of many symbols, as a job whose result names the batch."""
    body = {"symbols": symbols, "as_of": as_of, "hindcasts": hindcasts}
    return post("forecastMany", FORECASTS, JOB, body=body)


def read_batch(
    batch_id: str, *, page: int | None = None, page_size: int | None = None
) -> Call[Batch]:
    """What became of each symbol of such a job."""
    query = {"page": page, "page_size": page_size}
    return get("readBatch", f"{FORECASTS}/batches/{segment(batch_id)}", BATCH, query)


def read_scorecard(
    symbol: str,
    *,
    model_version: str | None = None,
    kind: Literal["all", "live", "hindcast"] | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    step: int | None = None,
) -> Call[Scorecard]:
    """Stored forecasts against actual closes and the baselines."""
    query = {"symbol": symbol, "model_version": model_version, "kind": kind}
    window = {"start": start, "end": end, "step": step}
    return get("readScorecard", f"{FORECASTS}/scorecard", SCORECARD, {**query, **window})


def read_model_card() -> Call[ModelCard]:
    """Where the served model comes from and how it did."""
    return get("readModelCard", f"{FORECASTS}/model", MODEL_CARD)
