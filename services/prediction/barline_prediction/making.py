"""Makes a vintage from bars: the closes a model may see, the dates it speaks of, the baseline beside it."""

from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 - `date` is a field of a step
from datetime import datetime

import numpy as np

from barline_core.bars import BarSeries, adjusted
from barline_core.sessions import calendar_for, next_sessions
from barline_prediction.artefact import LoadedModel
from barline_prediction.baselines import random_walk
from barline_prediction.errors import last_close_not_positive, not_enough_history
from barline_prediction.features import MINIMUM_SESSIONS
from barline_prediction.intervals import STEPS, Floats, PriceBands, price_bands
from barline_prediction.model import forecast
from barline_prediction.vintage import ForecastStep, Vintage, VintageKey, is_in_sample


@dataclass(frozen=True, slots=True)
class Basis:
    """The raw bars a forecast may use, and how they were chosen (`as_of` None: all there are)."""

    symbol_id: int
    series: BarSeries
    as_of: Date | None

    @property
    def last_date(self) -> Date:
        last: Date = self.series.date[-1].item()
        return last

    def key(self, model_version: str) -> VintageKey:
        return VintageKey(
            symbol_id=self.symbol_id,
            model_version=model_version,
            last_date=self.last_date,
            bars_digest=self.series.data_version,
            hindcast=self.as_of is not None,
        )


def choose_basis(symbol_id: int, series: BarSeries, as_of: Date | None) -> Basis:
    """Cut the raw series at `as_of`. Raises a Problem when what is left cannot carry a forecast."""
    used = series if as_of is None else series.until(as_of)
    usable = int((used.close > 0.0).sum())
    if usable < MINIMUM_SESSIONS:
        raise not_enough_history(series.symbol, usable, as_of)
    basis = Basis(symbol_id, used, as_of)
    if used.close[-1] <= 0.0:
        raise last_close_not_positive(series.symbol, basis.last_date)
    return basis


def make_vintage(basis: Basis, loaded: LoadedModel, vintage_id: str, made_at: datetime) -> Vintage:
    """The model's forecast and the naive one, from the bars of `basis` alone."""
    series, manifest = basis.series, loaded.manifest
    closes = model_closes(series)
    origin = np.array([len(closes) - 1])
    last_close = float(series.close[-1])
    bands = price_bands(last_close, forecast(loaded.model, closes, origin)[0])
    naive = price_bands(last_close, random_walk(closes, origin)[0])
    dates = next_sessions(calendar_for(series.symbol), basis.last_date, STEPS)
    return Vintage(
        id=vintage_id,
        key=basis.key(manifest.version),
        model_name=manifest.name,
        model_sha256=manifest.sha256,
        last_close=last_close,
        in_sample=is_in_sample(manifest, series.symbol, basis.last_date),
        made_at=made_at,
        steps=forecast_steps([day.item() for day in dates], bands, naive),
    )


def model_closes(series: BarSeries) -> Floats:
    """The closes a model looks at: adjusted for splits and dividends, oldest first.

    Neither a split nor a dividend says anything about risk, and raw closes would show both as falls; the models were
    trained on adjusted closes too. The last one equals its raw close, so forecasts are in the prices of that day.
    Closes that are not positive (a finding of ingestion) are left out.
    """
    usable = series.close > 0.0
    if not usable.all():
        columns = ("date", "open", "high", "low", "close", "volume", "split_ratio", "dividend")
        series = replace(series, **{name: getattr(series, name)[usable] for name in columns})
    return adjusted(series, "total_return").close


def forecast_steps(
    dates: list[Date], bands: PriceBands, naive: PriceBands
) -> tuple[ForecastStep, ...]:
    """One step a date."""
    return tuple(
        ForecastStep(
            step=index + 1,
            date=day,
            close=float(bands.close[index]),
            lower_80=float(bands.lower_80[index]),
            upper_80=float(bands.upper_80[index]),
            lower_95=float(bands.lower_95[index]),
            upper_95=float(bands.upper_95[index]),
            naive_close=float(naive.close[index]),
            naive_lower_80=float(naive.lower_80[index]),
            naive_upper_80=float(naive.upper_80[index]),
            naive_lower_95=float(naive.lower_95[index]),
            naive_upper_95=float(naive.upper_95[index]),
        )
        for index, day in enumerate(dates)
    )
