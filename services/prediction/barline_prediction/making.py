"""Makes a vintage from bars: the closes a model may see, the dates it speaks of, the baseline beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as Date  # noqa: N812 - `date` is a field of a step
from datetime import datetime
from functools import lru_cache

import numpy as np

from barline_core.bars import BarSeries, adjusted
from barline_core.sessions import calendar_for, next_sessions
from barline_prediction.artefact import LoadedModel
from barline_prediction.baselines import random_walk
from barline_prediction.errors import last_close_not_positive, not_enough_history
from barline_prediction.features import MINIMUM_SESSIONS, features, yearly_volatility
from barline_prediction.intervals import STEPS, Floats, Integers, PriceBands, price_bands
from barline_prediction.model import ForecastModel, forecast
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
    return make_vintages([basis], loaded, [vintage_id], made_at)[0]


def make_vintages(
    bases: Sequence[Basis], loaded: LoadedModel, ids: Sequence[str], made_at: datetime
) -> list[Vintage]:
    """One vintage a basis, each from its own bars alone; the model is asked once for all."""
    histories = [model_closes(basis.series) for basis in bases]
    quantiles = forecast_many(loaded.model, histories)
    return [
        vintage_of(basis, loaded, vintage_id, made_at, bands=(model, naive_quantiles(closes)))
        for basis, vintage_id, closes, model in zip(bases, ids, histories, quantiles, strict=True)
    ]


def forecast_many(model: ForecastModel, histories: Sequence[Floats]) -> Floats:
    """Log-return quantiles from the last close of each history, shape (histories, 30, 5)."""
    if len(histories) == 1:
        return forecast(model, histories[0], last_of(histories[0]))
    inputs = np.concatenate([features(closes, last_of(closes)) for closes in histories])
    years = np.concatenate([yearly_volatility(closes, last_of(closes)) for closes in histories])
    return model.log_quantiles(inputs, years)


def naive_quantiles(closes: Floats) -> Floats:
    """Log-return quantiles of the naive baseline from the last close, shape (30, 5)."""
    quantiles: Floats = random_walk(closes, last_of(closes))[0]
    return quantiles


def last_of(closes: Floats) -> Integers:
    """The position of the last close, as origins are given."""
    return np.array([len(closes) - 1])


def vintage_of(
    basis: Basis,
    loaded: LoadedModel,
    vintage_id: str,
    made_at: datetime,
    *,
    bands: tuple[Floats, Floats],
) -> Vintage:
    """The vintage that says these log-return quantiles, the model's and the naive ones, each of shape (30, 5)."""
    series, manifest = basis.series, loaded.manifest
    last_close = float(series.close[-1])
    model, naive = (price_bands(last_close, quantiles) for quantiles in bands)
    dates = next_dates(calendar_for(series.symbol), basis.last_date)
    return Vintage(
        id=vintage_id,
        key=basis.key(manifest.version),
        model_name=manifest.name,
        model_sha256=manifest.sha256,
        last_close=last_close,
        in_sample=is_in_sample(manifest, series.symbol, basis.last_date),
        made_at=made_at,
        steps=forecast_steps(dates, model, naive),
    )


@lru_cache(maxsize=1024)
def next_dates(calendar: str, after: Date) -> tuple[Date, ...]:
    """The thirty sessions after a date; most symbols of a batch ask for the same."""
    return tuple(next_sessions(calendar, after, STEPS).tolist())


def model_closes(series: BarSeries) -> Floats:
    """The closes a model looks at: adjusted for splits and dividends, oldest first.

    Neither a split nor a dividend says anything about risk, and raw closes would show both as falls; the models were
    trained on adjusted closes too. The last one equals its raw close, so forecasts are in the prices of that day.
    Closes that are not positive (a finding of ingestion) are left out.
    """
    return adjusted(usable_bars(series), "total_return").close


def usable_bars(series: BarSeries) -> BarSeries:
    """The bars whose close is positive."""
    usable = series.close > 0.0
    if usable.all():
        return series
    columns = ("date", "open", "high", "low", "close", "volume", "split_ratio", "dividend")
    return replace(series, **{name: getattr(series, name)[usable] for name in columns})


def forecast_steps(
    dates: Sequence[Date], bands: PriceBands, naive: PriceBands
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
