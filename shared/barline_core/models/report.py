"""A rendered document, kept by the digest of what it shows."""

from datetime import datetime

from sqlalchemy import DateTime, String, func
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class Report(Model):
    """Written by reports. Two people asking for the same document share one row."""

    __tablename__ = "report"
    __table_args__ = ({"info": {"writers": ("reports",)}},)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))  # backtest, prediction or comparison
    symbol: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    # The run or vintage it shows; null for a comparison, and for reports made before they said it.
    subject_id: Mapped[str | None] = mapped_column(String(50))
    format: Mapped[str] = mapped_column(String(10))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes]
    size_bytes: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
