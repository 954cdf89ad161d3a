"""The steps of a forecast, one row a session ahead."""

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from barline_core.models.registry import Model


class ForecastStep(Model):
    """One session ahead: quantiles of the close, and the naive baseline's."""

    __tablename__ = "forecast_step"
    __table_args__ = ({"info": {"writers": ("prediction",), "append_only": True}},)

    forecast_id: Mapped[str] = mapped_column(ForeignKey("forecast.id"), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[dt.date]
    close: Mapped[float]
    lower_80: Mapped[float]
    upper_80: Mapped[float]
    lower_95: Mapped[float]
    upper_95: Mapped[float]
    naive_close: Mapped[float]
    naive_lower_80: Mapped[float]
    naive_upper_80: Mapped[float]
    naive_lower_95: Mapped[float]
    naive_upper_95: Mapped[float]
