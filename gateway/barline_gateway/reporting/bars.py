"""The bars of one symbol as ingestion answers them, in shapes that charts and tables can use."""

from dataclasses import dataclass
from datetime import date

PriceBasis = str  # raw, split or total_return


@dataclass(frozen=True, slots=True)
class Bar:
    """One session. Dividend (cash a share) and split (new shares for one) come with raw prices only."""

    date: date
    open: float
    high: float
    low: float
    close: float
    volume: float
    dividend: float | None = None
    split: float | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the stored bars reach."""

    first_date: date | None
    last_date: date | None
    sessions: int
    missing_sessions: int
    capability: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd about the data that a reader should know."""

    id: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Everything ingestion says about a symbol, oldest bar first."""

    symbol: str
    price_basis: PriceBasis
    data_version: str
    coverage: Coverage
    findings: tuple[Finding, ...]
    bars: tuple[Bar, ...]
    name: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class CorporateAction:
    """A split or a dividend on the session it took effect."""

    date: date
    kind: str
    value: float


def corporate_actions(raw: tuple[Bar, ...]) -> tuple[CorporateAction, ...]:
    """The splits and dividends that raw bars carry, newest first."""
    found = [
        CorporateAction(bar.date, kind, value)
        for bar in raw
        for kind, value, nothing in (("split", bar.split, 1.0), ("dividend", bar.dividend, 0.0))
        if value is not None and value != nothing
    ]
    return tuple(reversed(found))


def moving_average(closes: list[float], window: int) -> list[float | None]:
    """The mean of the last `window` closes at each session; None until there are as many.

    For the eye only: a running sum, exact to a few parts in 1e12, where the engine of a backtest is stricter.
    """
    averages: list[float | None] = []
    total = 0.0
    for position, close in enumerate(closes):
        total += close
        if position >= window:
            total -= closes[position - window]
        averages.append(total / window if position + 1 >= window else None)
    return averages
