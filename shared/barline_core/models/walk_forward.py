"""A walk-forward evaluation: what was asked, and its result when it is computed."""

from datetime import datetime

from sqlalchemy import DateTime, Index, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class WalkForward(Model):
    """Written by backtest."""

    __tablename__ = "walk_forward"
    __table_args__ = (
        Index(None, "owner_id", "symbol", "created_at"),
        {"info": {"writers": ("backtest",)}},
    )

    id: Mapped[str] = mapped_column(String(50), primary_key=True)
    owner_id: Mapped[int | None]
    job_id: Mapped[str] = mapped_column(String(50))
    symbol: Mapped[str] = mapped_column(String(20))
    engine_version: Mapped[str] = mapped_column(String(20))
    data_version: Mapped[str | None] = mapped_column(String(64))
    parameters: Mapped[dict[str, object]] = mapped_column(JSONB)  # without the windows
    grid: Mapped[dict[str, dict[str, int]]] = mapped_column(JSONB)
    plan: Mapped[dict[str, object]] = mapped_column(JSONB)
    result: Mapped[bytes | None]  # compressed JSON
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
