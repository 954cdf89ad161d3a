"""A sweep as the backtest service gives it: each symbol's best cell, its grid of results, and its statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from barline_gateway.reporting.bars import Finding
from barline_gateway.reporting.followed_jobs import Job

MOST_SYMBOLS_SHOWN = 200
BEST_SHOWN = 10

Metric = Literal["sharpe", "cagr", "total_return", "max_drawdown", "trades"]
Matrix = tuple[tuple[float | None, ...], ...]
JsonObject = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of windows and what it came to; fractions, None where undefined."""

    symbol: str
    winbuy: int
    winsell: int
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int


@dataclass(frozen=True, slots=True)
class Held:
    """What buying at the start and holding came to."""

    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What surrounds the best cell."""

    shape: Literal["plateau", "slope", "spike"]
    neighbours: int
    neighbours_median_sharpe: float
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    neighbourhood: Neighbourhood | None


@dataclass(frozen=True, slots=True)
class Span:
    """The sessions the cells traded."""

    first_date: str
    last_date: str
    sessions: int
    data_version: str


@dataclass(frozen=True, slots=True)
class SweptSymbol:
    """One symbol's result, or the problem that stood in its way; neither while it waits."""

    symbol: str
    problem: JsonObject | None
    data: Span | None = None
    cells: int = 0
    best: Cell | None = None
    buy_and_hold: Held | None = None
    trials: int = 0
    prior_trials: int = 0
    deflated_sharpe: float | None = None
    probability_of_overfitting: float | None = None
    reality_check_p: float | None = None
    statistics: Statistics | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def why_not(self) -> str:
        """The reason for having no result, empty when there is one."""
        if self.problem is not None:
            return str(self.problem.get("detail", "It could not be swept."))
        return "" if self.data is not None else "Not computed: the sweep was cancelled before."


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Matrices with one row a buy window and one column a sell window."""

    winbuy: tuple[int, ...]
    winsell: tuple[int, ...]
    total_return: Matrix
    cagr: Matrix
    max_drawdown: Matrix
    sharpe: Matrix
    trades: Matrix

    def values(self, metric: Metric) -> Matrix:
        found: Matrix = getattr(self, metric)
        return found

    def best_cells(self, symbol: str, metric: Metric) -> list[Cell]:
        """The first of all cells in order of the metric; a drawdown and a number of trades are better when small."""
        places = [
            (value, row, column)
            for row, values in enumerate(self.values(metric))
            for column, value in enumerate(values)
            if value is not None and (metric != "trades" or value)
        ]
        sign = (
            1 if metric == "trades" else -1
        )  # a drawdown is negative: the nearest to zero is the best
        places.sort(key=lambda place: (sign * place[0], place[1], place[2]))
        return [self.cell(symbol, row, column) for _, row, column in places[:BEST_SHOWN]]

    def cell(self, symbol: str, row: int, column: int) -> Cell:
        return Cell(
            symbol=symbol,
            winbuy=self.winbuy[row],
            winsell=self.winsell[column],
            total_return=self.total_return[row][column],
            cagr=self.cagr[row][column],
            max_drawdown=self.max_drawdown[row][column],
            sharpe=self.sharpe[row][column],
            trades=int(self.trades[row][column] or 0),
        )


@dataclass(frozen=True, slots=True)
class Sweep:
    """The whole answer. `parameters` are the choices all cells share; `heatmap` has one entry a symbol."""

    id: str
    job: Job
    parameters: JsonObject = field(default_factory=dict)
    grid: JsonObject = field(default_factory=dict)
    best: Cell | None = None
    trials: int = 0
    deflated_sharpe: float | None = None
    findings: tuple[Finding, ...] = ()
    symbols: tuple[SweptSymbol, ...] = ()
    heatmap: Mapping[str, Heatmap] = field(default_factory=dict)

    @property
    def shown_symbols(self) -> Sequence[SweptSymbol]:
        return self.symbols[:MOST_SYMBOLS_SHOWN]

    def chosen(self, ticker: str) -> SweptSymbol | None:
        """The symbol asked for, or the one with the best cell, or the first with a result."""
        by_name = {one.symbol: one for one in self.symbols}
        wanted = by_name.get(ticker) or by_name.get(self.best.symbol if self.best else "")
        return wanted or next((one for one in self.symbols if not one.why_not), None)
