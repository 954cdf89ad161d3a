"""One symbol of a batch of forecasts, and what became of it."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class ForecastBatchSymbol(Model):
    """Written by prediction: made with the batch, filled in by whichever worker takes the symbol.

    `forecasts` counts the vintages the symbol has now of those asked for, whether made here or before; `vintage_id`
    is the one with the newest last bar. Both stay null while the symbol waits, and when `problem` says why not.
    """

    __tablename__ = "forecast_batch_symbol"
    __table_args__ = ({"info": {"writers": ("prediction",)}},)

    batch_id: Mapped[str] = mapped_column(
        ForeignKey("market.forecast_batch.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    symbol: Mapped[str] = mapped_column(String(20))
    forecasts: Mapped[int | None]
    vintage_id: Mapped[str | None] = mapped_column(String(40))
    problem: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
