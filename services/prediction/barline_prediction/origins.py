"""From which bars the forecasts of a symbol are wanted: all there are, or those up to a date, or to many dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_core.bars import BarSeries
from barline_core.problems import Problem
from barline_prediction.errors import no_origin
from barline_prediction.making import Basis, choose_basis


@dataclass(frozen=True, slots=True)
class Wanted:
    """A live forecast when all are None; with `as_of` one hindcast; with `start`, `end` and `every` many.

    The many are made from the bars up to every `every`-th session from `start` to `end`, both inclusive.
    """

    as_of: date | None = None
    start: date | None = None
    end: date | None = None
    every: int | None = None


def choose_bases(symbol_id: int, series: BarSeries, wanted: Wanted) -> list[Basis]:
    """The bases of all forecasts wanted, oldest first. Raises a Problem when there is not one."""
    if wanted.start is None or wanted.end is None:
        return [choose_basis(symbol_id, series, wanted.as_of)]
    days = sessions_of(series, wanted.start, wanted.end, wanted.every or 1)
    found: list[Basis] = []
    refusal: Problem = no_origin(series.symbol, wanted.start, wanted.end)
    for day in days:
        try:
            found.append(choose_basis(symbol_id, series, day))
        except Problem as problem:  # too early, or a bar without a price: the later ones may do
            refusal = problem
    if not found:
        raise refusal
    return found


def sessions_of(series: BarSeries, start: date, end: date, every: int) -> Sequence[date]:
    """Every `every`-th session with a bar from `start` to `end`."""
    inside = (series.date >= np.datetime64(start)) & (series.date <= np.datetime64(end))
    days: list[date] = series.date[inside][::every].tolist()
    return days
