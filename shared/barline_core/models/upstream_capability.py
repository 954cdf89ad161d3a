"""What an Alpha Vantage key may do, as found out by asking."""

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class UpstreamCapability(Model):
    """Written by ingestion. The key is named by a fingerprint only."""

    __tablename__ = "upstream_capability"
    __table_args__ = ({"info": {"writers": ("ingestion",)}},)

    key_fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    function: Mapped[str] = mapped_column(String(40), primary_key=True)
    output_size: Mapped[str] = mapped_column(String(10), primary_key=True)
    allowed: Mapped[bool]
    learnt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
