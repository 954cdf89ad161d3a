"""One request to Alpha Vantage. The daily budget is counted from these rows."""

from datetime import date, datetime

from sqlalchemy import BigInteger, DateTime, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class UpstreamCall(Model):
    """Written by ingestion before the request is sent, so that a killed worker's counts too, and after it."""

    __tablename__ = "upstream_call"
    __table_args__ = (
        Index(None, "key_fingerprint", "budget_date"),
        {"info": {"writers": ("ingestion",)}},
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key_fingerprint: Mapped[str] = mapped_column(String(16))
    budget_date: Mapped[date]  # the market's day, US/Eastern
    called_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    function: Mapped[str] = mapped_column(String(40))
    symbol: Mapped[str | None] = mapped_column(String(100))
    output_size: Mapped[str | None] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(40))  # "sent" until the answer is classified
    http_status: Mapped[int | None]
    duration_ms: Mapped[int | None]
    detail: Mapped[str | None] = mapped_column(String(500))  # the upstream's words, key redacted
