"""A forecast as it was made: an immutable vintage."""

from datetime import date, datetime

from sqlalchemy import DateTime, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class Forecast(Model):
    """Written by prediction, which may add rows but never change or delete one."""

    __tablename__ = "forecast"
    __table_args__ = (
        UniqueConstraint("symbol_id", "model_version", "last_date", "bars_digest", "hindcast"),
        Index(None, "symbol_id", "last_date"),
        {"info": {"writers": ("prediction",), "append_only": True}},
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    symbol_id: Mapped[int]
    model_name: Mapped[str] = mapped_column(String(40))
    model_version: Mapped[str] = mapped_column(String(40))
    model_sha256: Mapped[str] = mapped_column(String(64))
    last_date: Mapped[date]  # the last bar used
    last_close: Mapped[float]  # its raw close
    bars_digest: Mapped[str] = mapped_column(String(64))  # of the bars up to last_date
    hindcast: Mapped[bool]
    in_sample: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
