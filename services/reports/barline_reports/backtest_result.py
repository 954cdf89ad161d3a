"""The backtest service's answer as this package reads it: what a report shows; the rest stays in the attachment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ParameterValue = str | bool | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Fractions, not percents; `None` where a metric is undefined."""

    total_return: float | None = None
    cagr: float | None = None
    max_drawdown: float | None = None
    drawdown_peak_date: date | None = None
    drawdown_trough_date: date | None = None
    drawdown_recovery_date: date | None = None
    longest_underwater_sessions: int | None = None
    trades: int | None = None
    fills: int | None = None
    open_position: bool | None = None
    volatility: float | None = None
    sharpe: float | None = None
    sortino: float | None = None
    calmar: float | None = None
    exposure: float | None = None
    win_rate: float | None = None
    profit_factor: float | None = None
    expectancy: float | None = None
    average_win: float | None = None
    average_loss: float | None = None
    best_trade: float | None = None
    worst_trade: float | None = None
    median_holding_sessions: float | None = None
    value_at_risk_95: float | None = None
    expected_shortfall_95: float | None = None
    skew: float | None = None
    kurtosis: float | None = None
    ulcer_index: float | None = None
    omega: float | None = None
    probabilistic_sharpe: float | None = None
    alpha: float | None = None
    beta: float | None = None
    information_ratio: float | None = None
    tracking_error: float | None = None
    turnover: float | None = None
    total_costs: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A round trip; without an exit it is still open and measured at the last close.

    Prices are what was paid and got, after slippage; `trade_return` is on the cash put in.
    """

    entry_date: date
    entry_fill_price: float
    exit_date: date | None
    exit_fill_price: float | None
    profit: float
    trade_return: float
    sessions_held: int

    @property
    def exit(self) -> tuple[date, float] | None:
        """When and at what price it was sold."""
        if self.exit_date is None or self.exit_fill_price is None:
            return None
        return self.exit_date, self.exit_fill_price


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingOrder:
    side: str
    signal_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityCurve:
    """Marked at each close, in currency; `drawdown` as a fraction of the peak so far. All of one length."""

    date: tuple[str, ...]
    equity: tuple[float, ...]
    drawdown: tuple[float, ...]
    buy_and_hold: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """In the run's price basis; a stored run has none. An average is `None` where its window is not full yet."""

    date: tuple[str, ...]
    close: tuple[float, ...]
    average_buy: tuple[float | None, ...]
    average_sell: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFinding:
    id: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsUsed:
    first_date: date
    last_date: date
    sessions: int
    price_basis: str
    data_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    engine_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    run_id: str
    digest: str
    symbol: str
    parameters: Mapping[str, ParameterValue]
    data: BarsUsed
    metrics: Metrics
    buy_and_hold: Metrics
    findings: tuple[ResultFinding, ...]
    trades: tuple[Trade, ...]
    pending_order: PendingOrder | None
    equity_curve: EquityCurve
    prices: Prices | None = None
    certificate: Certificate | None = None

    def parameter(self, name: str, default: float) -> float:
        """A numeric parameter of the run; `default` when the answer does not carry it."""
        value = self.parameters.get(name)
        return float(value) if isinstance(value, int | float) else default

    @property
    def initial_investment(self) -> float:
        return self.parameter("initial_investment", self.equity_curve.equity[0])
