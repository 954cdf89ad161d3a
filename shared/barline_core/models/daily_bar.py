"""One session's raw prices as traded: the version known now."""

import datetime as dt

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class DailyBar(Model):
    """Written by ingestion. No foreign key: checking one costs more than the whole bulk merge of a row."""

    __tablename__ = "daily_bar"
    __table_args__ = ({"info": {"writers": ("ingestion",)}},)

    symbol_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    date: Mapped[dt.date] = mapped_column(primary_key=True)
    open: Mapped[float]
    high: Mapped[float]
    low: Mapped[float]
    close: Mapped[float]
    volume: Mapped[int] = mapped_column(BigInteger)
    known_from: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
