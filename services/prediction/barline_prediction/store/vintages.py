"""The bars a forecast is made from, and the vintages, which are added and never changed."""

from dataclasses import asdict
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_find
from sqlalchemy.orm import Session

from barline_core.bar_reader import find_symbol, read_bars
from barline_core.bars import BarSeries
from barline_core.models import Forecast
from barline_core.models import ForecastStep as ForecastStepRow
from barline_prediction.vintage import ForecastStep, Vintage, VintageKey

STEP_COLUMNS = tuple(ForecastStep.__dataclass_fields__)


def load_bars(session: Session, symbol: str) -> tuple[int, BarSeries]:
    """The id and the raw series of a registered symbol. Raises UnknownSymbol."""
    symbol_id, _ = find_symbol(session, symbol)
    return symbol_id, read_bars(session, symbol)


def new_vintage_id() -> str:
    """As long as its column: the prefix and 32 digits."""
    return f"vintage-{uuid4().hex}"


def find_vintage(session: Session, key: VintageKey) -> Vintage | None:
    """The one vintage with this key, if it was ever made."""
    row = session.scalars(
        select(Forecast).where(
            Forecast.symbol_id == key.symbol_id,
            Forecast.model_version == key.model_version,
            Forecast.last_date == key.last_date,
            Forecast.bars_digest == key.bars_digest,
            Forecast.hindcast == key.hindcast,
        )
    ).one_or_none()
    if row is None:
        return None
    columns = [getattr(ForecastStepRow, name) for name in STEP_COLUMNS]
    steps = session.execute(
        select(*columns).where(ForecastStepRow.forecast_id == row.id).order_by(ForecastStepRow.step)
    )
    return Vintage(
        id=row.id,
        key=key,
        model_name=row.model_name,
        model_sha256=row.model_sha256,
        last_close=row.last_close,
        in_sample=row.in_sample,
        made_at=row.made_at,
        steps=tuple(ForecastStep(*step) for step in steps),
    )


def save_vintage(session: Session, vintage: Vintage) -> Vintage:
    """Add a vintage; when another request has just added one with its key, that one is the answer."""
    saved = session.scalar(
        insert_or_find(Forecast)
        .values(
            id=vintage.id,
            **asdict(vintage.key),
            model_name=vintage.model_name,
            model_sha256=vintage.model_sha256,
            last_close=vintage.last_close,
            in_sample=vintage.in_sample,
            made_at=vintage.made_at,
        )
        .on_conflict_do_nothing()
        .returning(Forecast.id)
    )
    if saved is None:
        # The insert waited until the other request had committed, so its vintage can be seen now.
        return find_vintage(session, vintage.key) or vintage
    rows = [{"forecast_id": vintage.id, **asdict(step)} for step in vintage.steps]
    session.execute(insert(ForecastStepRow), rows)
    return vintage
