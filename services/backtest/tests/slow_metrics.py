"""The contract's metrics table again, from its formulas, with lists and `math` only."""

import math
from datetime import date
from statistics import NormalDist, mean, median, stdev

from .slow_loop import NOISE, Choices, Position, Story

Value = float | int | bool | date | None


def spread(values: list[float]) -> float | None:
    if len(values) < 2:
        return None
    deviation = stdev(values)
    return deviation if deviation > NOISE else 0.0


def divide(numerator: float, denominator: float | None) -> float | None:
    return numerator / denominator if denominator else None


def returns_of(story: Story, choices: Choices) -> list[float]:
    before = choices.initial
    returns = []
    for equity in story.equity:
        returns.append(equity / before - 1)
        before = equity
    return returns


def drawdown_part(story: Story, choices: Choices) -> dict[str, Value]:
    peak, peak_day = choices.initial, None
    worst, worst_peak, worst_peak_day, trough = 0.0, peak, None, None
    underwater, longest, squares = 0, 0, []
    for day, equity in zip(story.days, story.equity, strict=True):
        peak = max(peak, equity)
        depth = equity / peak - 1
        if depth > -1e-12:
            peak_day, depth, underwater = day, 0.0, 0
        else:
            underwater += 1
        longest = max(longest, underwater)
        squares.append(depth**2)
        if depth < worst - 1e-12:
            worst, worst_peak, worst_peak_day, trough = depth, peak, peak_day, day
    recovery = None
    if trough is not None:
        for day, equity in zip(story.days, story.equity, strict=True):
            if day > trough and equity > worst_peak * (1 - 1e-12):
                recovery = day
                break
    return {
        "max_drawdown": worst,
        "drawdown_peak_date": worst_peak_day,
        "drawdown_trough_date": trough,
        "drawdown_recovery_date": recovery,
        "longest_underwater_sessions": longest,
        "ulcer_index": math.sqrt(mean(squares)),
    }


def growth_part(story: Story, choices: Choices) -> dict[str, Value]:
    growth = story.equity[-1] / choices.initial
    days = (story.days[-1] - story.days[0]).days
    cagr = None
    if days:
        try:
            cagr = growth ** (365.25 / days) - 1
        except OverflowError:
            cagr = None
    worst = drawdown_part(story, choices)["max_drawdown"]
    assert isinstance(worst, float)
    return {
        "total_return": growth - 1,
        "cagr": cagr,
        "calmar": None if cagr is None else divide(cagr, abs(worst)),
    }


def risk_part(returns: list[float], risk_free: float) -> dict[str, Value]:
    rate = (1 + risk_free) ** (1 / 252) - 1
    excess = [r - rate for r in returns]
    deviation = spread(returns)
    downside = math.sqrt(mean(min(x, 0) ** 2 for x in excess))
    downside = downside if downside > NOISE else 0.0
    ordered = sorted(returns)
    place = 0.05 * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    quantile = ordered[low] + (place - low) * (ordered[high] - ordered[low])
    losses = sum(-r for r in returns if r < 0)
    centre = mean(returns)
    second = mean((r - centre) ** 2 for r in returns)
    skew = kurtosis = probability = None
    if second > NOISE**2:
        skew = mean((r - centre) ** 3 for r in returns) / second**1.5
        kurtosis = mean((r - centre) ** 4 for r in returns) / second**2
    if deviation and skew is not None and kurtosis is not None:
        sharpe = mean(excess) / deviation
        below = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2
        if below > 0:
            probability = NormalDist().cdf(sharpe * math.sqrt(len(returns) - 1) / math.sqrt(below))
    sharpe_ratio = divide(mean(excess), deviation)
    return {
        "volatility": None if deviation is None else deviation * math.sqrt(252),
        "sharpe": None if sharpe_ratio is None else sharpe_ratio * math.sqrt(252),
        "sortino": divide(mean(excess) * 252, downside * math.sqrt(252)),
        "value_at_risk_95": quantile,
        "expected_shortfall_95": mean(
            r for r in returns if r <= quantile + 1e-14 * (1 + abs(quantile))
        ),
        "skew": skew,
        "kurtosis": kurtosis,
        "omega": divide(sum(r for r in returns if r > 0), losses if losses > 1e-11 else 0.0),
        "probabilistic_sharpe": probability,
    }


def relative_part(returns: list[float], held: list[float], risk_free: float) -> dict[str, Value]:
    rate = (1 + risk_free) ** (1 / 252) - 1
    deviation = spread(held)
    beta = alpha = None
    if deviation:
        r_mean, b_mean = mean(returns), mean(held)
        pairs = list(zip(returns, held, strict=True))
        covariance = sum((r - r_mean) * (b - b_mean) for r, b in pairs) / (len(pairs) - 1)
        beta = covariance / deviation**2
        alpha = mean(r - rate - beta * (b - rate) for r, b in pairs) * 252
    difference = [r - b for r, b in zip(returns, held, strict=True)]
    error = spread(difference)
    ratio = divide(mean(difference), error)
    return {
        "alpha": alpha,
        "beta": beta,
        "information_ratio": None if ratio is None else ratio * math.sqrt(252),
        "tracking_error": None if error is None else error * math.sqrt(252),
    }


def trade_part(story: Story) -> dict[str, Value]:
    closed = [p for p in story.positions if p.exit is not None]
    results = [returned(p) for p in closed]
    wins = [r for r in results if r > 1e-12]
    losses = [r for r in results if r < -1e-12]
    traded = sum(
        p.shares * p.fill + (p.shares * p.exit_fill if p.exit_fill else 0) for p in story.positions
    )
    days = (story.days[-1] - story.days[0]).days
    holding = [p.exit - p.entry for p in closed if p.exit is not None]
    return {
        "trades": len(story.positions),
        "fills": len(story.positions) + len(closed),
        "open_position": len(closed) < len(story.positions),
        "exposure": sum(1 for s in story.shares if s > 0) / len(story.shares),
        "win_rate": len(wins) / len(results) if results else None,
        "profit_factor": sum(wins) / -sum(losses) if losses else None,
        "expectancy": mean(results) if results else None,
        "average_win": mean(wins) if wins else None,
        "average_loss": mean(losses) if losses else None,
        "best_trade": max(results) if results else None,
        "worst_trade": min(results) if results else None,
        "median_holding_sessions": float(median(holding)) if holding else None,
        "turnover": traded / mean(story.equity) / (days / 365.25) if days else None,
        "total_costs": sum(p.fees + p.slipped for p in story.positions),
    }


def returned(position: Position) -> float:
    assert position.received is not None
    return position.received / position.paid - 1


def measure(story: Story, holding: Story, choices: Choices) -> dict[str, Value]:
    returns = returns_of(story, choices)
    return {
        **growth_part(story, choices),
        **drawdown_part(story, choices),
        **risk_part(returns, choices.risk_free),
        **trade_part(story),
        **relative_part(returns, returns_of(holding, choices), choices.risk_free),
    }
