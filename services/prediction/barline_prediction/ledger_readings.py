"""The ledger of forecasts, for Prometheus: how many were made, and how many have met all their actual closes."""

from collections.abc import Iterable

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from barline_core.exposition import Reading
from barline_core.models import Forecast, ForecastStep, SymbolStatus
from barline_prediction.intervals import STEPS

KINDS = {False: "live", True: "hindcast"}


def ledger(session: Session) -> Iterable[tuple[tuple[str, ...], float]]:
    """Forecasts by kind, and by whether the last of their sessions has a bar."""
    met = ForecastStep.date <= SymbolStatus.last_date
    query = (
        select(Forecast.hindcast, func.count(), func.count(case((met, 1))))
        .join(ForecastStep, ForecastStep.forecast_id == Forecast.id)
        .outerjoin(SymbolStatus, SymbolStatus.symbol_id == Forecast.symbol_id)
        .where(ForecastStep.step == STEPS)
        .group_by(Forecast.hindcast)
    )
    counted = {hindcast: (made, ripe) for hindcast, made, ripe in session.execute(query)}
    for hindcast, kind in KINDS.items():
        made, ripe = counted.get(hindcast, (0, 0))
        yield (kind, "yes"), float(ripe)
        yield (kind, "no"), float(made - ripe)


LEDGER = (
    Reading(
        "barline_forecasts",
        "Forecasts in the ledger, by kind and by whether all their actual closes are known.",
        ("kind", "scorable"),
        ledger,
    ),
)
