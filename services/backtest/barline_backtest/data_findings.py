"""Findings about the bars a run stood on: gaps, faults, suspected splits, too little history."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from barline_backtest.engine import Run
from barline_backtest.finding import Finding
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import DateArray
from barline_core.bars import PriceBasis

SUSPECT_MOVE = 0.40  # a close-to-close move beyond this is more often a split than a market
HISTORY_PER_WINDOW = 3  # a strategy needs to have seen its own window a few times


@dataclass(frozen=True, slots=True)
class DataFaults:
    """What is known to be wrong with the bars: sessions (datetime64[D], ascending) without a bar or without a price.

    `actions_known` is false while the symbol's splits and dividends could not be fetched.
    """

    missing: DateArray
    unusable: DateArray
    actions_known: bool


def find_data_faults(run: Run, parameters: RunParameters, faults: DataFaults) -> Iterator[Finding]:
    """Faults in the sessions the run used, those that only fed its averages included."""
    longest_window = max(parameters.winbuy, parameters.winsell)
    first_used = run.prices.date[max(0, run.first - longest_window)]
    last_used = run.prices.date[-1]
    missing = within(faults.missing, first_used, last_used)
    unusable = within(faults.unusable, first_used, last_used)
    if missing.size:
        yield Finding(
            "missing-sessions",
            "warning",
            f"{counted(missing, 'session')} of the exchange calendar without a bar ({examples(missing)}): averages "
            "reach further back than they say, and signals there are missed.",
        )
    if unusable.size:
        yield Finding(
            "unusable-prices",
            "warning",
            f"Left out: {counted(unusable, 'session')} whose open or close is not a positive number "
            f"({examples(unusable)}).",
        )
    if not faults.actions_known and parameters.price_basis != "raw":
        yield Finding(
            "actions-unknown",
            "warning",
            "Splits and dividends of this symbol are not known: prices are not adjusted for them.",
        )
    yield from find_suspected_splits(run, parameters.price_basis)
    yield from find_short_history(run, parameters)


def find_suspected_splits(run: Run, price_basis: PriceBasis) -> Iterator[Finding]:
    """Moves too large for a market from one close to the next, with a position at the first of the two."""
    close = run.prices.close[run.first :]
    moves = close[1:] / close[:-1] - 1.0
    suspect = np.flatnonzero((np.abs(moves) > SUSPECT_MOVE) & run.held[:-1])
    if suspect.size:
        cause = (
            "raw prices are not adjusted for splits; choose price_basis split or total_return"
            if price_basis == "raw"
            else "a split may be missing from the data"
        )
        largest = moves[suspect[np.argmax(np.abs(moves[suspect]))]]
        yield Finding(
            "split-suspected",
            "warning",
            f"The price moved by more than 40 % overnight while a position was held ({examples(run.date[suspect + 1])};"
            f" the largest by {largest:+,.1%}): {cause}.",
        )


def find_short_history(run: Run, parameters: RunParameters) -> Iterator[Finding]:
    """Windows that the history fills never, or not often enough to say anything."""
    sessions = len(run.prices)
    for name, window in (("winbuy", parameters.winbuy), ("winsell", parameters.winsell)):
        if window > sessions:
            yield Finding(
                "window-longer-than-history",
                "warning",
                f"{name} = {window} is longer than the history of {counted(run.prices.date, 'session')}: its "
                "average is never defined and gives no signal. Choose a shorter window or load more bars.",
            )
    longest = max(parameters.winbuy, parameters.winsell)
    if sessions < HISTORY_PER_WINDOW * longest:
        yield Finding(
            "short-history",
            "warning",
            f"The history of {counted(run.prices.date, 'session')} is shorter than {HISTORY_PER_WINDOW} times the "
            f"window of {longest}: the result says little about the rule.",
        )


def within(sessions: DateArray, first: np.datetime64, last: np.datetime64) -> DateArray:
    """The sessions from `first` to `last`."""
    return sessions[(sessions >= first) & (sessions <= last)]


def counted(sessions: DateArray, noun: str) -> str:
    """`1 session`, `12 sessions`."""
    return f"{sessions.size} {noun}{'' if sessions.size == 1 else 's'}"


def examples(sessions: DateArray) -> str:
    """The first three dates, and whether there are more."""
    named = ", ".join(np.datetime_as_string(sessions[:3], unit="D"))
    return f"{named}, …" if sessions.size > 3 else named
