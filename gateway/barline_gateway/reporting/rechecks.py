"""What was found out about a run that is kept: under other set-ups, made again, and looked at for a look ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

from barline_gateway.reporting.bars import Finding
from barline_gateway.reporting.numbers import UNKNOWN, signed_percent, thousands

METRICS = {
    "total_return": "Total return",
    "cagr": "Return a year (CAGR)",
    "max_drawdown": "Maximum drawdown",
    "sharpe": "Sharpe ratio",
    "trades": "Trades",
}
FACTORS = {
    "fill": (
        "Orders are filled at",
        {
            "same_close": "the close of the signal",
            "next_open": "the next open",
            "next_close": "the next close",
        },
    ),
    "slippage_bps": ("Slippage, basis points a leg", {}),
    "start_shift_months": ("Begun later by, months", {}),
    "price_basis": (
        "Prices adjusted for",
        {"split": "splits only", "total_return": "splits and dividends"},
    ),
}


@dataclass(frozen=True, slots=True)
class Range:
    lowest: float
    median: float
    highest: float


@dataclass(frozen=True, slots=True)
class Variation:
    """One set-up with its result; None when it had nothing to trade."""

    fill: str
    slippage_bps: float
    start_shift_months: int
    price_basis: str
    total_return: float | None
    sharpe: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How far one number reaches, as it is read."""

    label: str
    lowest: str
    median: str
    highest: str


@dataclass(frozen=True, slots=True)
class SensitivityCard:
    """The run under 96 set-ups: fills, costs, later starts, price bases."""

    run_id: str
    ranges: Mapping[str, Range | None]
    variations: tuple[Variation, ...]
    findings: tuple[Finding, ...]

    @property
    def spreads(self) -> list[Spread]:
        """One row a metric."""
        return [spread_of(label, self.ranges.get(name), name) for name, label in METRICS.items()]

    @property
    def factors(self) -> list[tuple[str, list[Spread]]]:
        """For each thing that was varied, how far the total return reaches with each of its values."""
        return [(label, [*self.by_value(name, words)]) for name, (label, words) in FACTORS.items()]

    def by_value(self, name: str, words: Mapping[str, str]) -> Iterator[Spread]:
        for value in dict.fromkeys(getattr(one, name) for one in self.variations):
            returns = [
                one.total_return
                for one in self.variations
                if getattr(one, name) == value and one.total_return is not None
            ]
            reach = Range(min(returns), median(returns), max(returns)) if returns else None
            label = words.get(str(value), f"{value:g}" if not isinstance(value, str) else value)
            yield spread_of(label, reach, "total_return")


def spread_of(label: str, reach: Range | None, metric: str) -> Spread:
    if reach is None:
        return Spread(label, UNKNOWN, UNKNOWN, UNKNOWN)
    return Spread(
        label, *(written(value, metric) for value in (reach.lowest, reach.median, reach.highest))
    )


def written(value: float, metric: str) -> str:
    if metric == "trades":
        return thousands(value)
    return thousands(value, 2) if metric == "sharpe" else signed_percent(value)


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric that is not what it was."""

    metric: str
    then: float | str | None
    now: float | str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The run made again: `identical`, `data restated` or `code changed`."""

    run_id: str
    outcome: str
    message: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class AuditedDate:
    date: str
    moved_when_truncated: tuple[str, ...]
    moved_when_perturbed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The future cut off, and made up anew, at some dates: what moved before them."""

    run_id: str
    passed: bool
    checked: int
    seed: int
    dates: tuple[AuditedDate, ...]

    @property
    def moved(self) -> list[AuditedDate]:
        return [one for one in self.dates if one.moved_when_truncated or one.moved_when_perturbed]
