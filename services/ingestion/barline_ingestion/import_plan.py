"""Turns a file's rows into what is stored: prices as traded, and corporate actions apart from them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from barline_core.bars import BarSeries, Floats, later_product
from barline_ingestion.actions import (
    BOTH_KINDS,
    Action,
    ActionKind,
    ActionsOfSpan,
    adjusted_close_difference,
    in_order,
)
from barline_ingestion.bar_payload import Bars
from barline_ingestion.implied_actions import Unexplained, implied_actions
from barline_ingestion.import_file import FileRejected, ImportedFile, RowError
from barline_ingestion.joining import PRICE_TOLERANCE
from barline_ingestion.quality import Finding, answer_findings

Prices = Literal["raw", "split_adjusted"]
PRICE_DECIMALS = 4  # what prices have as traded


class SplitsNeeded(ValueError):
    """Split-adjusted prices came without their splits, and none are on record."""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Raw bars without adjustment columns, what the file tells of actions, and what is odd in it."""

    bars: Bars
    told: ActionsOfSpan | None
    findings: tuple[Finding, ...]


def plan_import(
    file: ImportedFile, prices: Prices, *, splits_on_record: tuple[Action, ...] | None
) -> ImportPlan:
    """Raw prices and actions out of a file.

    `splits_on_record` are the symbol's splits when they are known for all the file's sessions.
    Raises FileRejected when the adjusted close cannot come from splits and dividends, and
    SplitsNeeded.
    """
    bars = file.bars
    split, dividend = bars.split, bars.dividend
    if prices == "split_adjusted" and split is None:
        if splits_on_record is None:
            raise SplitsNeeded
        split = placed(bars, splits_on_record)
    if bars.adjusted_close is not None and dividend is None:
        implied_split, dividend = implied_by(file)
        split = implied_split if split is None else split
    factor = np.ones(len(bars))
    if prices == "split_adjusted" and split is not None:
        factor = later_product(split)
        dividend = None if dividend is None else dividend * factor
    raw = as_traded(bars, factor)
    told = told_by(raw, split, dividend)
    whole = replace(bars, split=split if prices == "raw" else np.ones(len(bars)))
    return ImportPlan(raw, told, answer_findings((), adjusted_close_difference(whole)))


def implied_by(file: ImportedFile) -> tuple[Floats, Floats]:
    """Splits and dividends out of the adjusted close."""
    close, adjusted_close = file.bars.close, file.bars.adjusted_close
    if adjusted_close is None:
        raise ValueError("the file has no adjusted close")
    wrong = np.flatnonzero((close <= 0.0) | (adjusted_close <= 0.0))
    try:
        if len(wrong):
            raise Unexplained(int(wrong[0]))
        found = implied_actions(
            close,
            adjusted_close,
            close_decimals=file.close_decimals,
            adjusted_decimals=file.adjusted_close_decimals,
        )
    except Unexplained as unexplained:
        detail = (
            "adjusted_close: no split or dividend explains how it relates to the close here and "
            "on the session before; leave the column out, or correct it."
        )
        error = RowError(file.line[unexplained.row], detail)
        raise FileRejected([error], 1) from unexplained
    return found.split, found.dividend


def placed(bars: Bars, splits: tuple[Action, ...]) -> Floats:
    """Ratios by session; a split on a day without a bar takes effect on the next one."""
    ratios = np.ones(len(bars))
    for split in splits:
        row = int(np.searchsorted(bars.date, np.datetime64(split.ex_date), side="left"))
        if 0 < row < len(bars) or (row == 0 and bars.date[0] == np.datetime64(split.ex_date)):
            ratios[row] *= split.value
    return ratios


def as_traded(bars: Bars, factor: Floats) -> Bars:
    """Prices times, and volumes divided by, the splits that came later."""
    if np.all(factor == 1.0):
        return replace(bars, adjusted_close=None, dividend=None, split=None)
    return replace(
        bars,
        open=np.round(bars.open * factor, PRICE_DECIMALS),
        high=np.round(bars.high * factor, PRICE_DECIMALS),
        low=np.round(bars.low * factor, PRICE_DECIMALS),
        close=np.round(bars.close * factor, PRICE_DECIMALS),
        volume=np.round(bars.volume / factor),
        adjusted_close=None,
        dividend=None,
        split=None,
    )


def told_by(bars: Bars, split: Floats | None, dividend: Floats | None) -> ActionsOfSpan | None:
    """The actions of the file's span, of the kinds it has columns for."""
    kinds: list[ActionKind] = []
    found: list[Action] = []
    days: list[date] = bars.date.tolist()
    if split is not None:
        kinds.append("split")
        found += [
            Action("split", days[row], float(split[row])) for row in np.flatnonzero(split != 1.0)
        ]
    if dividend is not None:
        kinds.append("dividend")
        paid = np.flatnonzero(dividend > 0.0)
        found += [Action("dividend", days[row], float(dividend[row])) for row in paid]
    if not kinds:
        return None
    chosen = BOTH_KINDS if len(kinds) == len(BOTH_KINDS) else tuple(kinds)
    return ActionsOfSpan(chosen, days[0], days[-1], in_order(found))


def agreement(stored: BarSeries, incoming: Bars) -> float | None:
    """The share of common sessions whose closes agree; None without a common session."""
    _, ours, theirs = np.intersect1d(
        stored.date, incoming.date, assume_unique=True, return_indices=True
    )
    if len(ours) == 0:
        return None
    equal = np.abs(stored.close[ours] - incoming.close[theirs]) <= PRICE_TOLERANCE
    return float(np.mean(equal))
