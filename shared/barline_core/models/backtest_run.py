"""A stored backtest: what was asked, on which bars, and what came out."""

from datetime import datetime

from sqlalchemy import DateTime, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class BacktestRun(Model):
    """Written by backtest. The same owner asking the same of the same bars gets the same run."""

    __tablename__ = "backtest_run"
    __table_args__ = (
        UniqueConstraint("owner_id", "digest"),
        Index(None, "owner_id", "created_at"),
        {"info": {"writers": ("backtest",)}},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[int | None]
    symbol: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    engine_version: Mapped[str] = mapped_column(String(20))
    data_version: Mapped[str] = mapped_column(String(64))
    parameters: Mapped[dict[str, object]] = mapped_column(JSONB)
    metrics: Mapped[dict[str, object]] = mapped_column(JSONB)
    result: Mapped[bytes]  # the whole answer as compressed JSON
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
