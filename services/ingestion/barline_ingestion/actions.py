"""Corporate actions out of answers, and what an answer says about the days it covers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np

from barline_core.bars import BarSeries, Floats, adjusted
from barline_ingestion.bar_payload import Bars
from barline_ingestion.event_payload import Actions

ActionKind = Literal["split", "dividend"]
BOTH_KINDS: tuple[ActionKind, ...] = ("split", "dividend")


@dataclass(frozen=True, slots=True)
class Action:
    """A split (new shares for an old one) or a cash dividend (amount a share) on its ex-date."""

    kind: ActionKind
    ex_date: date
    value: float


@dataclass(frozen=True, slots=True)
class ActionsOfSpan:
    """Every action of the given kinds with an ex-date from `first` to `last`: what is not here is
    not.
    """

    kinds: tuple[ActionKind, ...]
    first: date
    last: date
    actions: tuple[Action, ...]


def actions_of_bars(bars: Bars) -> ActionsOfSpan | None:
    """What an answer of DAILY_ADJUSTED tells about its own sessions; nothing for one of DAILY."""
    if bars.dividend is None or bars.split is None:
        return None
    paid, split = (
        np.flatnonzero(bars.dividend > 0.0),
        np.flatnonzero((bars.split != 1.0) & (bars.split > 0.0)),
    )
    found = [Action("dividend", bars.date[row].item(), float(bars.dividend[row])) for row in paid]
    found += [Action("split", bars.date[row].item(), float(bars.split[row])) for row in split]
    return ActionsOfSpan(BOTH_KINDS, bars.date[0].item(), bars.date[-1].item(), in_order(found))


def actions_of_events(events: Actions, *, today: date) -> ActionsOfSpan:
    """What SPLITS or DIVIDENDS tells about the whole past; announced ones wait for their day."""
    kind: ActionKind = "split" if events.kind == "split" else "dividend"
    neutral = 1.0 if kind == "split" else 0.0
    found = (
        Action(kind, day, value)
        for day, value in zip(events.ex_date, events.value, strict=True)
        if day <= today and value > 0.0 and value != neutral
    )
    return ActionsOfSpan((kind,), date.min, today, in_order(merged(found)))


def within_bars(span: ActionsOfSpan, first_bar: date) -> ActionsOfSpan:
    """The part of the span from the first stored bar on: an older action adjusts nothing."""
    kept = tuple(action for action in span.actions if action.ex_date >= first_bar)
    return replace(span, first=max(span.first, first_bar), actions=kept)


def merged(actions: Iterable[Action]) -> list[Action]:
    """One action a kind and day: two dividends of a day are one sum, two splits one product."""
    by_day: dict[tuple[ActionKind, date], Action] = {}
    for action in actions:
        where = (action.kind, action.ex_date)
        earlier = by_day.get(where)
        if earlier is not None:
            both = (
                earlier.value * action.value
                if action.kind == "split"
                else earlier.value + action.value
            )
            action = replace(action, value=both)  # noqa: PLW2901 - the two are one from here on
        by_day[where] = action
    return list(by_day.values())


def in_order(actions: Iterable[Action]) -> tuple[Action, ...]:
    return tuple(sorted(actions, key=lambda action: (action.ex_date, action.kind)))


def adjusted_close_difference(bars: Bars) -> float:
    """The largest relative difference of the upstream's adjusted close from ours; 0 without one.

    Both are relative to the newest session of the answer. Ours comes from the actions of the very
    same answer, so a difference means that the upstream's columns contradict each other.
    """
    if bars.adjusted_close is None or bars.dividend is None or bars.split is None:
        return 0.0
    ours = adjusted(as_series(bars, bars.split, bars.dividend), "total_return").close
    with np.errstate(divide="ignore", invalid="ignore"):
        theirs = bars.adjusted_close / bars.adjusted_close[-1] * bars.close[-1]
        difference = np.abs(theirs / ours - 1.0)
    return float(np.max(np.nan_to_num(difference, nan=0.0, posinf=1.0)))


def as_series(bars: Bars, split: Floats, dividend: Floats) -> BarSeries:
    """An answer's sessions as a series, to be adjusted with the same code as stored bars."""
    return BarSeries(
        symbol="",
        date=bars.date,
        open=bars.open,
        high=bars.high,
        low=bars.low,
        close=bars.close,
        volume=bars.volume,
        split_ratio=split,
        dividend=dividend,
        actions_known=True,
        data_version="",
    )
