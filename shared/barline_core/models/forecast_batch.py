"""Forecasts of many symbols made as one job: what was asked."""

from datetime import date, datetime

from sqlalchemy import DateTime, Index, String, func
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class ForecastBatch(Model):
    """Written by prediction; its id is that of its job. Its symbols are rows of `forecast_batch_symbol`.

    Live forecasts when all dates are null; with `as_of` one hindcast a symbol; with `hindcast_start` one at every
    `every_sessions`-th session from there to `hindcast_end`.
    """

    __tablename__ = "forecast_batch"
    __table_args__ = (
        Index(None, "owner_id", "created_at"),
        {"info": {"writers": ("prediction",)}},
    )

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    owner_id: Mapped[int | None]
    model_version: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date | None]
    hindcast_start: Mapped[date | None]
    hindcast_end: Mapped[date | None]
    every_sessions: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
