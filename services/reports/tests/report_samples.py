"""Answers of the other services for tests: computed by a slow and simple loop from given bars, in the agreed shapes.

Shared by the tests and the benchmark. Nothing here is imported by the service.
"""

import math
import statistics
from dataclasses import dataclass
from datetime import date, timedelta

import orjson
from bokeh_sampledata.stocks import MSFT

Json = dict[str, object]
MODEL: Json = {
    "name": "quantile-vol",
    "version": "1",
    "sha256": "ab12" * 16,
    "trained_through": "2012-12-31",
    "training_symbols": ["AAPL", "AMD", "BAC", "BBY", "CVX", "GE", "HD", "JNJ", "JPM", "KO"],
}


@dataclass(frozen=True)
class Bars:
    date: list[str]
    open: list[float]
    close: list[float]


def microsoft(sessions: int | None = None) -> Bars:
    """Real daily bars of MSFT, 2000 to 2013, prices as traded."""
    cut = slice(None if sessions is None else -sessions, None)
    return Bars(MSFT["date"][cut], MSFT["open"][cut], MSFT["close"][cut])


def waves(
    sessions: int, *, level: float = 100.0, jitter: float = 0.0, first: str = "1960-01-04"
) -> Bars:
    """A price that swings and drifts upwards, on weekdays; with `jitter` it turns every session or two."""
    days: list[str] = []
    day = date.fromisoformat(first)
    while len(days) < sessions:
        if day.weekday() < 5:
            days.append(day.isoformat())
        day += timedelta(days=1)
    close = [
        level
        * math.exp(
            0.0002 * i
            + 0.15 * math.sin(i / 37)
            + 0.03 * math.sin(i / 5 + 1)
            + jitter * math.sin(i * 2.4)
        )
        for i in range(sessions)
    ]
    return Bars(days, [close[0], *close[:-1]], close)


def moving_average(values: list[float], window: int) -> list[float | None]:
    return [
        None if i + 1 < window else math.fsum(values[i + 1 - window : i + 1]) / window
        for i in range(len(values))
    ]


def backtest_answer(
    bars: Bars,
    *,
    symbol: str = "MSFT",
    winbuy: int = 50,
    winsell: int = 200,
    initial: float = 10_000.0,
    findings: list[Json] | None = None,
) -> Json:
    """The rule `level`, filled at the next open, without costs."""
    buy, sell = moving_average(bars.close, winbuy), moving_average(bars.close, winsell)
    trades, equity, pending = simulate(bars, buy, sell, initial)
    held = [initial / bars.open[0] * close for close in bars.close]
    exposure = sum(t["sessions_held"] for t in trades) / len(bars.date)  # type: ignore[misc]  # all are numbers
    closed = [float(t["return"]) for t in trades if not t["open"]]  # type: ignore[arg-type]  # as above
    return {
        "run_id": "run-01990000-0000-7000-8000-000000000001",
        "digest": "5b6c" * 16,
        "symbol": symbol,
        "parameters": parameters(bars, symbol, winbuy, winsell, initial),
        "data": {
            "first_date": bars.date[0],
            "last_date": bars.date[-1],
            "sessions": len(bars.date),
            "price_basis": "total_return",
            "data_version": "9f2a" * 16,
            "coverage": {},
        },
        "metrics": metrics(bars, equity, initial)
        | trade_metrics(trades, closed)
        | {"exposure": exposure},
        "buy_and_hold": metrics(bars, held, initial) | {"trades": 1, "exposure": 1.0},
        "findings": findings or [],
        "certificate": {"digest": "5b6c" * 16, "engine_version": "1", "data_version": "9f2a" * 16},
        "pending_order": pending,
        "trades": trades,
        "equity_curve": {
            "date": bars.date,
            "equity": equity,
            "drawdown": drawdowns(equity, initial),
            "buy_and_hold": held,
        },
        "prices": prices(bars, buy, sell),
    }


def parameters(bars: Bars, symbol: str, winbuy: int, winsell: int, initial: float) -> Json:
    return {
        "symbol": symbol,
        "winbuy": winbuy,
        "winsell": winsell,
        "initial_investment": initial,
        "start": bars.date[0],
        "end": bars.date[-1],
        "rule": "level",
        "fill": "next_open",
        "average": "sma",
        "price_basis": "total_return",
        "commission_bps": 0.0,
        "slippage_bps": 0.0,
        "shares": "fractional",
        "risk_free": 0.0,
        "known_at": None,
    }


def prices(bars: Bars, buy: list[float | None], sell: list[float | None]) -> Json:
    return {
        "date": bars.date,
        "open": bars.open,
        "close": bars.close,
        "average_buy": buy,
        "average_sell": sell,
    }


def simulate(
    bars: Bars, buy: list[float | None], sell: list[float | None], initial: float
) -> tuple[list[Json], list[float], Json | None]:
    """Session by session: fill what was signalled yesterday, mark, look for a signal."""
    cash, shares, entry = initial, 0.0, -1
    order: str | None = None
    trades: list[Json] = []
    equity: list[float] = []
    for i, (opening, close) in enumerate(zip(bars.open, bars.close, strict=True)):
        if order == "buy":
            shares, entry, cash = cash / opening, i, 0.0
            trades.append(opened(bars, i, opening))
        elif order == "sell":
            cash = shares * opening
            trades[-1] |= closed_by(bars, i, opening, entry)
            trades[-1]["profit"] = cash - shares * bars.open[entry]
            shares = 0.0
        equity.append(cash + shares * close)
        average_buy, average_sell = buy[i], sell[i]
        order = None
        if shares == 0 and average_buy is not None and close < average_buy:
            order = "buy"
        elif shares > 0 and average_sell is not None and close > average_sell:
            order = "sell"
    if shares:
        trades[-1] |= {
            "return": bars.close[-1] / bars.open[entry] - 1,
            "profit": shares * (bars.close[-1] - bars.open[entry]),
            "sessions_held": len(bars.date) - 1 - entry,
        }
    pending: Json | None = {"side": order, "signal_date": bars.date[-1]} if order else None
    return trades, equity, pending


def opened(bars: Bars, i: int, price: float) -> Json:
    return {
        "entry_signal_date": bars.date[i - 1],
        "entry_date": bars.date[i],
        "entry_price": price,
        "entry_fill_price": price,
        "exit_signal_date": None,
        "exit_date": None,
        "exit_price": None,
        "exit_fill_price": None,
        "open": True,
    }


def closed_by(bars: Bars, i: int, price: float, entry: int) -> Json:
    return {
        "exit_signal_date": bars.date[i - 1],
        "exit_date": bars.date[i],
        "exit_price": price,
        "exit_fill_price": price,
        "return": price / bars.open[entry] - 1,
        "sessions_held": i - entry,
        "open": False,
    }


def drawdowns(equity: list[float], initial: float) -> list[float]:
    peak, answer = initial, []
    for value in equity:
        peak = max(peak, value)
        answer.append(value / peak - 1)
    return answer


def metrics(bars: Bars, equity: list[float], initial: float) -> Json:
    """The metrics every run has; what is undefined is null."""
    returns = [b / a - 1 for a, b in zip([initial, *equity[:-1]], equity, strict=True)]
    deviation = statistics.stdev(returns) if len(returns) > 1 else 0.0
    fall = drawdowns(equity, initial)
    days = (date.fromisoformat(bars.date[-1]) - date.fromisoformat(bars.date[0])).days
    growth = equity[-1] / initial
    trough = fall.index(min(fall)) if min(fall) < 0 else None
    return {
        "total_return": growth - 1,
        "cagr": growth ** (365.25 / days) - 1 if days else None,
        "max_drawdown": min(fall),
        "drawdown_peak_date": None if trough is None else bars.date[last_peak(fall, trough)],
        "drawdown_trough_date": None if trough is None else bars.date[trough],
        "drawdown_recovery_date": None,
        "volatility": deviation * math.sqrt(252) if len(returns) > 1 else None,
        "sharpe": statistics.mean(returns) / deviation * math.sqrt(252) if deviation else None,
    }


def last_peak(fall: list[float], trough: int) -> int:
    return max((i for i in range(trough) if fall[i] == 0), default=0)


def trade_metrics(trades: list[Json], closed: list[float]) -> Json:
    return {
        "trades": len(trades),
        "fills": len(trades) + len(closed),
        "open_position": bool(trades and trades[-1]["open"]),
        "win_rate": sum(r > 0 for r in closed) / len(closed) if closed else None,
        "expectancy": statistics.mean(closed) if closed else None,
        "best_trade": max(closed, default=None),
        "worst_trade": min(closed, default=None),
    }


def without(answer: Json, *parts: str) -> Json:
    return {name: value for name, value in answer.items() if name not in parts}


def forecast_answer(
    bars: Bars,
    *,
    symbol: str = "MSFT",
    as_of: int = -1,
    include: tuple[str, ...] = (),
    in_sample: bool = False,
    verdict: str | None = "The model has not beaten the naive baseline on this symbol so far.",
) -> Json:
    """A random walk's fan from the bar with index `as_of`, slightly tilted so that it differs from the baseline."""
    last = as_of % len(bars.date)
    close = bars.close[last]
    changes = [
        math.log(bars.close[i] / bars.close[i - 1]) for i in range(max(1, last - 250), last + 1)
    ]
    sigma = statistics.stdev(changes) if len(changes) > 1 else 0.01
    answer: Json = {
        "vintage_id": f"forecast-01990000-0000-7000-8000-{last:012d}",
        "symbol": symbol,
        "made_at": "2013-03-02T07:00:00Z",
        "as_of": bars.date[last],
        "hindcast": last != len(bars.date) - 1,
        "in_sample": in_sample,
        "model": MODEL,
        "based_on": {
            "last_date": bars.date[last],
            "last_close": close,
            "data_version": "9f2a" * 16,
        },
        "predictions": [
            step(k, day, close, sigma) for k, day in enumerate(next_sessions(bars, last), 1)
        ],
        "verdict": verdict,
    }
    if "history" in include:
        cut = slice(max(0, last - 249), last + 1)
        answer["history"] = {"date": bars.date[cut], "close": bars.close[cut]}
    if "actuals" in include:
        cut = slice(last + 1, last + 31)
        answer["actuals"] = {"date": bars.date[cut], "close": bars.close[cut]}
    return answer


def next_sessions(bars: Bars, last: int) -> list[str]:
    """The sessions there are, then weekdays."""
    days = bars.date[last + 1 : last + 31]
    day = date.fromisoformat(bars.date[-1])
    while len(days) < 30:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days.append(day.isoformat())
    return days


def step(k: int, day: str, close: float, sigma: float) -> Json:
    width, tilt = sigma * math.sqrt(k), 0.0004 * k
    return {
        "step": k,
        "date": day,
        "close": close * math.exp(tilt),
        "lower_80": close * math.exp(tilt - 1.2 * width),
        "upper_80": close * math.exp(tilt + 1.2 * width),
        "lower_95": close * math.exp(tilt - 1.9 * width),
        "upper_95": close * math.exp(tilt + 1.9 * width),
        "naive_close": close,
        "naive_lower_80": close * math.exp(-1.28 * width),
        "naive_upper_80": close * math.exp(1.28 * width),
        "naive_lower_95": close * math.exp(-1.96 * width),
        "naive_upper_95": close * math.exp(1.96 * width),
    }


def sensitivity_answer(data_version: str = "9f2a" * 16) -> Json:
    """The card the backtest service makes of a run, with made-up returns that fall with every basis point."""
    variations: list[Json] = [
        {
            "fill": fill,
            "slippage_bps": bps,
            "start_shift_months": months,
            "price_basis": basis,
            "start": "2000-03-01",
            "total_return": 0.5 - 0.02 * bps - 0.01 * months - 0.1 * (fill != "same_close"),
            "cagr": 0.03,
            "max_drawdown": -0.4 - 0.001 * bps,
            "sharpe": 0.5 - 0.02 * bps,
            "trades": 7,
        }
        for basis in ("split", "total_return")
        for fill in ("same_close", "next_open", "next_close")
        for bps in (0.0, 5.0, 10.0, 25.0)
        for months in (0, 1, 3, 6)
    ]
    return {
        "run_id": "run-01990000-0000-7000-8000-000000000001",
        "data_version": data_version,
        "ranges": {},
        "variations": variations,
        "findings": [
            {
                "id": "sign-depends-on-setup",
                "severity": "warning",
                "message": "20 of 96 variations lose money.",
            }
        ],
    }


def encoded(answer: Json) -> bytes:
    return orjson.dumps(answer)
