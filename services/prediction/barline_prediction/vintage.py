"""A forecast as it was made: what it rests on, what it says, and what makes it the same forecast again."""

from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 - `date` is a field of a step
from datetime import datetime

from barline_prediction.manifest import Manifest


@dataclass(frozen=True, slots=True)
class VintageKey:
    """Two requests with the same key get the same vintage. `bars_digest` is the data version of the bars used."""

    symbol_id: int
    model_version: str
    last_date: Date
    bars_digest: str
    hindcast: bool


@dataclass(frozen=True, slots=True)
class ForecastStep:
    """One session ahead, in the prices of the last bar used: median, both intervals, and the naive baseline's."""

    step: int
    date: Date
    close: float
    lower_80: float
    upper_80: float
    lower_95: float
    upper_95: float
    naive_close: float
    naive_lower_80: float
    naive_upper_80: float
    naive_lower_95: float
    naive_upper_95: float


@dataclass(frozen=True, slots=True)
class Vintage:
    """An immutable forecast; `last_close` is the raw close of the last bar used."""

    id: str
    key: VintageKey
    model_name: str
    model_sha256: str
    last_close: float
    in_sample: bool
    made_at: datetime
    steps: tuple[ForecastStep, ...]


def is_in_sample(manifest: Manifest, symbol: str, last_date: Date) -> bool:
    """Whether the model may have seen what it is asked to forecast: its symbol, or its time."""
    return symbol in manifest.training_symbols or last_date <= manifest.trained_through
