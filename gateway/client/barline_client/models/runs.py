"""One backtest and the list of them. Returns and drawdowns are fractions; null: not defined for these bars."""

import datetime as dt

from pydantic import Field

from barline_client.models.data import Coverage, Finding
from barline_client.models.record import Record


class Choices(Record):
    symbol: str | None = None
    winbuy: int | None = None
    winsell: int | None = None
    initial_investment: float
    start: dt.date | None
    end: dt.date | None
    rule: str
    fill: str
    average: str
    price_basis: str
    commission_bps: float
    slippage_bps: float
    shares: str
    risk_free: float
    known_at: dt.datetime | None


class ForecastChoices(Record):
    """The parameters of a run on stored forecasts."""

    strategy: str
    symbol: str
    initial_investment: float
    start: dt.date | None
    end: dt.date | None
    fill: str
    price_basis: str
    commission_bps: float
    slippage_bps: float
    shares: str
    risk_free: float
    known_at: dt.datetime | None
    threshold_bps: float
    step: int
    model_version: str
    vintages: str
    made_through: dt.datetime


class Metrics(Record):
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    drawdown_peak_date: dt.date | None
    drawdown_trough_date: dt.date | None
    drawdown_recovery_date: dt.date | None
    longest_underwater_sessions: int | None
    trades: int | None
    fills: int | None
    open_position: bool | None
    volatility: float | None
    sharpe: float | None
    sortino: float | None
    calmar: float | None
    exposure: float | None
    win_rate: float | None
    profit_factor: float | None
    expectancy: float | None
    average_win: float | None
    average_loss: float | None
    best_trade: float | None
    worst_trade: float | None
    median_holding_sessions: float | None
    value_at_risk_95: float | None
    expected_shortfall_95: float | None
    skew: float | None
    kurtosis: float | None
    ulcer_index: float | None
    omega: float | None
    probabilistic_sharpe: float | None
    alpha: float | None
    beta: float | None
    information_ratio: float | None
    tracking_error: float | None
    turnover: float | None
    total_costs: float | None


class Headlines(Record):
    total_return: float | None
    cagr: float | None
    max_drawdown: float | None
    sharpe: float | None
    trades: int | None


class UsedBars(Record):
    first_date: dt.date
    last_date: dt.date
    sessions: int
    price_basis: str
    data_version: str
    coverage: Coverage


class Certificate(Record):
    digest: str
    engine_version: str
    data_version: str
    definitions: dict[str, str]


class PendingOrder(Record):
    side: str
    signal_date: dt.date
    close: float
    average_buy: float | None
    average_sell: float | None


class Trade(Record):
    entry_signal_date: dt.date | None
    entry_date: dt.date
    entry_price: float
    entry_fill_price: float
    entry_average_buy: float | None
    entry_average_sell: float | None
    exit_signal_date: dt.date | None
    exit_date: dt.date | None
    exit_price: float | None
    exit_fill_price: float | None
    exit_average_buy: float | None
    exit_average_sell: float | None
    shares: float
    commission: float
    slippage: float
    costs: float
    profit: float
    return_: float = Field(alias="return")
    sessions_held: int
    best_excursion: float
    worst_excursion: float
    open: bool


class EquityCurve(Record):
    date: tuple[dt.date, ...]
    equity: tuple[float, ...]
    drawdown: tuple[float, ...]
    buy_and_hold: tuple[float, ...]


class Prices(Record):
    date: tuple[dt.date, ...]
    open: tuple[float, ...]
    close: tuple[float, ...]
    average_buy: tuple[float | None, ...] | None = None
    average_sell: tuple[float | None, ...] | None = None


class Run(Record):
    """What every backtest has, whatever gave its signals."""

    run_id: str
    digest: str
    symbol: str
    data: UsedBars
    metrics: Metrics
    buy_and_hold: Metrics
    findings: tuple[Finding, ...]
    certificate: Certificate
    pending_order: PendingOrder | None
    trades: tuple[Trade, ...] | None = None
    equity_curve: EquityCurve | None = None
    prices: Prices | None = None


class Backtest(Run):
    parameters: Choices


class RunRow(Record):
    run_id: str
    digest: str
    symbol: str
    created_at: dt.datetime
    engine_version: str
    data_version: str
    parameters: Choices | ForecastChoices
    metrics: Headlines


class RunPage(Record):
    count: int
    next: str | None
    previous: str | None
    results: tuple[RunRow, ...]
