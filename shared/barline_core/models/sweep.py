"""A sweep: which windows on which symbols, and the job that computes them."""

from datetime import datetime

from sqlalchemy import DateTime, Index, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class Sweep(Model):
    """Written by backtest. Its symbols, and their cells when they are computed, are rows of `sweep_symbol`."""

    __tablename__ = "sweep"
    __table_args__ = (
        Index(None, "owner_id", "created_at"),
        {"info": {"writers": ("backtest",)}},
    )

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    owner_id: Mapped[int | None]
    job_id: Mapped[str] = mapped_column(String(50))
    engine_version: Mapped[str] = mapped_column(String(20))
    parameters: Mapped[dict[str, object]] = mapped_column(JSONB)  # without symbol and windows
    grid: Mapped[dict[str, dict[str, int]]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
