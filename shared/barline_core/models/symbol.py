"""A registered ticker."""

from datetime import datetime

from sqlalchemy import DateTime, Identity, String, func, true
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class Symbol(Model):
    """Written by the gateway. Everything but the ticker is what somebody told us, or null."""

    __tablename__ = "symbol"
    __table_args__ = ({"info": {"writers": ("gateway",)}},)

    id: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    ticker: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str | None] = mapped_column(String(200))
    exchange: Mapped[str | None] = mapped_column(String(100))
    currency: Mapped[str | None] = mapped_column(String(10))
    time_zone: Mapped[str | None] = mapped_column(String(50))
    active: Mapped[bool] = mapped_column(server_default=true())
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
