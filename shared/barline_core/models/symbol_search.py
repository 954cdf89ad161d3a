"""What Alpha Vantage answered to a search, kept for a while because asking costs budget."""

from datetime import datetime

from sqlalchemy import DateTime, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class SymbolSearch(Model):
    """Written by ingestion. The keywords are in lower case."""

    __tablename__ = "symbol_search"
    __table_args__ = ({"info": {"writers": ("ingestion",)}},)

    keywords: Mapped[str] = mapped_column(String(50), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    matches: Mapped[list[dict[str, object]]] = mapped_column(JSONB)
