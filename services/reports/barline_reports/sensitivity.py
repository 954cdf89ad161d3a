"""How far a result depends on its set-up: the same strategy under other fills, costs, starts and price bases."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from barline_reports.backtest_result import ResultFinding
from barline_reports.document import Column, Table
from barline_reports.formats import UNKNOWN, number, percent, plural

FILLS = {
    "same_close": "the same close",
    "next_open": "the next open",
    "next_close": "the next close",
}
BASES = {
    "raw": "Prices as traded",
    "split": "Prices adjusted for splits",
    "total_return": "Prices adjusted for splits and dividends",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """One set-up and what came out; the numbers are `None` when nothing was left to trade."""

    fill: str
    slippage_bps: float
    start_shift_months: int
    price_basis: str
    total_return: float | None
    max_drawdown: float | None
    sharpe: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SensitivityCard:
    """The backtest service's answer as this package reads it."""

    data_version: str
    variations: tuple[Variation, ...]
    findings: tuple[ResultFinding, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The card of a run, or the reason why there is none."""

    card: SensitivityCard | None
    missing: str = ""


NOT_ASKED = Sensitivity(None, "The result was not varied.")


def fill_words(fill: str) -> str:
    return f"Filled at {FILLS.get(fill, fill)}"


def slippage_words(bps: float) -> str:
    return f"Slippage of {bps:g} basis points a leg" if bps else "No slippage"


def start_words(months: int) -> str:
    return f"Started {plural(months, 'month')} later" if months else "Started as asked"


def basis_words(basis: str) -> str:
    return BASES.get(basis, basis)


DESCRIPTIONS: tuple[tuple[str, Callable[..., str]], ...] = (
    ("fill", fill_words),
    ("slippage_bps", slippage_words),
    ("start_shift_months", start_words),
    ("price_basis", basis_words),
)


def sensitivity_table(sensitivity: Sensitivity) -> Table:
    """All set-ups together, then each choice with everything else varied: what a choice alone makes of the result."""
    card = sensitivity.card
    rows: tuple[tuple[str, ...], ...] = ()
    if card is not None:
        rows = tuple(row(label, chosen) for label, chosen in choices(card))
    return Table(
        id="sensitivity",
        title="Sensitivity",
        columns=(
            Column("Set-up", "text"),
            Column("Lowest return"),
            Column("Median return"),
            Column("Highest return"),
            Column("Median Sharpe"),
            Column("Worst fall"),
        ),
        rows=rows,
        note=sensitivity.missing if card is None else spread(card),
    )


def choices(card: SensitivityCard) -> Iterator[tuple[str, list[Variation]]]:
    """Each choice in words, with the variations that have it."""
    yield "All", list(card.variations)
    for attribute, describe in DESCRIPTIONS:
        for value in dict.fromkeys(getattr(one, attribute) for one in card.variations):
            chosen = [one for one in card.variations if getattr(one, attribute) == value]
            yield describe(value), chosen


def row(label: str, variations: Sequence[Variation]) -> tuple[str, ...]:
    returns = [one.total_return for one in variations if one.total_return is not None]
    ratios = [one.sharpe for one in variations if one.sharpe is not None]
    falls = [one.max_drawdown for one in variations if one.max_drawdown is not None]
    if not returns:
        return (label, *[UNKNOWN] * 5)
    return (
        label,
        percent(min(returns)),
        percent(median(returns)),
        percent(max(returns)),
        number(median(ratios) if ratios else None),
        percent(min(falls, default=None)),
    )


def spread(card: SensitivityCard) -> str:
    """What the table is made of, and its result in a sentence."""
    returns = [one.total_return for one in card.variations if one.total_return is not None]
    if not returns:
        return "No other set-up had anything to trade."
    losing = sum(value < 0 for value in returns)
    return (
        f"Every combination of fill, slippage, start and price basis was run: {plural(len(returns), 'set-up')}, "
        f"total return from {percent(min(returns))} to {percent(max(returns))}; "
        f"{losing or 'none'} of them lost money. Each row below takes the set-ups with that one choice."
    )
