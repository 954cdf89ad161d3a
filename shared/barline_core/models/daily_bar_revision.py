"""A superseded version of a bar, so that yesterday's view can be read again."""

import datetime as dt

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class DailyBarRevision(Model):
    """Written by ingestion. Known in the half-open interval [known_from, known_until)."""

    __tablename__ = "daily_bar_revision"
    __table_args__ = ({"info": {"writers": ("ingestion",)}},)

    symbol_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    known_from: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    known_until: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    open: Mapped[float]
    high: Mapped[float]
    low: Mapped[float]
    close: Mapped[float]
    volume: Mapped[int] = mapped_column(BigInteger)
