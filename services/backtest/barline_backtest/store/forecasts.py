"""The stored forecasts a strategy follows; the prediction service writes them."""

from datetime import date, datetime

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_backtest.forecast_rule import ForecastChoice, StoredForecasts

KNOWN = """
FROM market.forecast JOIN market.symbol ON symbol.id = forecast.symbol_id
WHERE ticker = :symbol
  AND (:vintages = 'any' OR hindcast = (:vintages = 'hindcast'))
  AND (CAST(:first AS date) IS NULL OR last_date >= :first)
  AND (CAST(:last AS date) IS NULL OR last_date <= :last)
  AND (CAST(:made_by AS timestamptz) IS NULL OR made_at <= :made_by)
"""
NEWEST_VERSION = (
    "SELECT model_version" + KNOWN + " AND NOT in_sample ORDER BY made_at DESC, forecast.id LIMIT 1"
)
# A forecast made at the time counts before one made later, and of several the first.
CHOSEN = (
    "SELECT DISTINCT ON (last_date) last_date, last_close, close, hindcast, made_at"
    + KNOWN.replace(
        "WHERE", "JOIN market.forecast_step ON forecast_id = forecast.id AND step = :step\nWHERE"
    )
    + " AND model_version = :version AND NOT in_sample"
    + " ORDER BY last_date, hindcast, made_at, forecast.id"
)
IN_SAMPLE = (
    "SELECT count(DISTINCT last_date)" + KNOWN + " AND model_version = :version AND in_sample"
)


def read_forecasts(
    session: Session,
    symbol: str,
    choice: ForecastChoice,
    *,
    first: date | None,
    last: date | None,
    made_by: datetime | None,
    step: int,
) -> StoredForecasts | None:
    """One out-of-sample forecast a date, of one model, made by an instant if one is given; None when there is none."""
    condition = {
        "symbol": symbol,
        "vintages": choice.vintages,
        "first": first,
        "last": last,
        "made_by": made_by,
        "step": step,
    }
    version = choice.model_version or session.scalar(text(NEWEST_VERSION), condition)
    if version is None:
        return None
    condition |= {"version": version}
    rows = session.execute(text(CHOSEN), condition).all()
    if not rows:
        return None
    dates, closes, medians, hindcast, made_at = zip(*rows, strict=True)
    return StoredForecasts(
        model_version=version,
        last_date=np.array(dates, dtype="datetime64[D]"),
        last_close=np.array(closes, dtype=np.float64),
        median=np.array(medians, dtype=np.float64),
        hindcast=np.array(hindcast, dtype=np.bool_),
        made_through=max(made_at),
        in_sample=session.scalar(text(IN_SAMPLE), condition) or 0,
    )
