"""The load state of a symbol: what it covers, what is odd about it, and how the last attempt went."""

from datetime import date, datetime

from sqlalchemy import DateTime, ForeignKey, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class SymbolStatus(Model):
    """Written by ingestion. No row: nothing was tried yet."""

    __tablename__ = "symbol_status"
    __table_args__ = ({"info": {"writers": ("ingestion",)}},)

    symbol_id: Mapped[int] = mapped_column(
        ForeignKey("symbol.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(10))  # loading, ready or failed
    first_date: Mapped[date | None]
    last_date: Mapped[date | None]
    sessions: Mapped[int] = mapped_column(server_default=text("0"))
    missing_sessions: Mapped[int] = mapped_column(server_default=text("0"))
    capability: Mapped[str | None] = mapped_column(String(40))  # what the bars were fetched with
    actions_known: Mapped[bool] = mapped_column(server_default=text("false"))
    splits_through: Mapped[date | None]  # the last day through which they are known
    dividends_through: Mapped[date | None]
    findings: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default=text("'[]'"))
    data_version: Mapped[str | None] = mapped_column(String(64))
    last_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_success_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    problem: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
