"""A split or a cash dividend, kept apart from the bars and applied when they are read."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class CorporateAction(Model):
    """Written by ingestion. `value` is new shares per old one (split) or cash per share (dividend)."""

    __tablename__ = "corporate_action"
    __table_args__ = (
        CheckConstraint("kind IN ('split', 'dividend')", name="kind"),
        CheckConstraint("value > 0", name="value_positive"),
        {"info": {"writers": ("ingestion",)}},
    )

    symbol_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ex_date: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    known_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    value: Mapped[float]
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
