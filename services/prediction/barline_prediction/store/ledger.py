"""The stored vintages of a symbol, read all at once."""

from collections.abc import Mapping

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from barline_core.models import Forecast
from barline_prediction.intervals import LEVELS, STEPS
from barline_prediction.ledger import Ledger

# As in barline_core.bar_reader: one packed binary string a vintage instead of a row tuple a step.
LEDGER = """
SELECT forecast.id, model_version, last_date, last_close, hindcast, in_sample,
       string_agg(int4send(step.date - DATE '1970-01-01'), ''::bytea ORDER BY step.step),
       string_agg(float8send(lower_95) || float8send(lower_80) || float8send(close) || float8send(upper_80)
                  || float8send(upper_95), ''::bytea ORDER BY step.step),
       string_agg(float8send(naive_lower_95) || float8send(naive_lower_80) || float8send(naive_close)
                  || float8send(naive_upper_80) || float8send(naive_upper_95), ''::bytea ORDER BY step.step)
FROM market.forecast JOIN market.forecast_step AS step ON step.forecast_id = forecast.id
WHERE symbol_id = :symbol_id
  AND (CAST(:model_version AS text) IS NULL OR model_version = :model_version)
  AND (CAST(:hindcast AS boolean) IS NULL OR hindcast = :hindcast)
  AND (CAST(:start AS date) IS NULL OR last_date >= :start)
  AND (CAST(:end AS date) IS NULL OR last_date <= :end)
GROUP BY forecast.id ORDER BY last_date, made_at, forecast.id
"""
NO_CONDITION: Mapping[str, object] = dict.fromkeys(("model_version", "hindcast", "start", "end"))


def read_ledger(session: Session, symbol_id: int, **condition: object) -> Ledger:
    """The vintages of a symbol, of one `model_version` or kind (`hindcast`), from `start` to `end`, when given."""
    rows = session.execute(text(LEDGER), {"symbol_id": symbol_id, **NO_CONDITION, **condition})
    found = [tuple(row) for row in rows]
    columns = list(zip(*found, strict=True)) if found else [()] * 9
    ids, versions, dates, closes, hindcast, in_sample, sessions, quantiles, naive = columns
    shape = (len(found), STEPS, len(LEVELS))
    return Ledger(
        id=np.array(ids, dtype=np.str_),
        model_version=np.array(versions, dtype=np.str_),
        last_date=np.array(dates, dtype="datetime64[D]"),
        last_close=np.array(closes, dtype=np.float64),
        hindcast=np.array(hindcast, dtype=np.bool_),
        in_sample=np.array(in_sample, dtype=np.bool_),
        session=np.frombuffer(b"".join(sessions), ">i4").astype("datetime64[D]").reshape(shape[:2]),
        quantiles=np.frombuffer(b"".join(quantiles), ">f8").astype(np.float64).reshape(shape),
        naive=np.frombuffer(b"".join(naive), ">f8").astype(np.float64).reshape(shape),
    )


def stored_versions(session: Session, symbol_id: int) -> list[str]:
    """The model versions there are vintages of, for a symbol."""
    versions = (
        select(Forecast.model_version)
        .where(Forecast.symbol_id == symbol_id)
        .distinct()
        .order_by(Forecast.model_version)
    )
    return list(session.scalars(versions))
