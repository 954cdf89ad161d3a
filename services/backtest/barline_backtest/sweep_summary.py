"""What is kept of one symbol's sweep beside its cells: the best one, the statistics, the findings."""

from dataclasses import asdict

import orjson

from barline_backtest.answer import finding_row
from barline_backtest.strict_json import JsonValue, encode
from barline_backtest.sweep import none_if_nan
from barline_backtest.symbol_sweep import Statistics, SymbolSweep

Summary = dict[str, JsonValue]


def stored_summary(symbol: str, swept: SymbolSweep) -> dict[str, object]:
    """The summary as plain JSON values; numbers are finite or null, or this raises."""
    plain: dict[str, object] = orjson.loads(encode(summarise_sweep(symbol, swept)))
    return plain


def summarise_sweep(symbol: str, swept: SymbolSweep) -> Summary:
    """Everything a reader wants to know before the cells."""
    run, statistics = swept.best_run, swept.statistics
    reality = statistics.reality_check
    return {
        "symbol": symbol,
        "data": {
            "first_date": run.run.date[0].item(),
            "last_date": run.run.date[-1].item(),
            "sessions": int(run.run.date.size),
            "data_version": run.certificate.data_version,
        },
        "cells": len(swept.cells),
        "best": best_row(symbol, swept),
        "buy_and_hold": {
            "total_return": run.benchmark_metrics.growth.total_return,
            "cagr": run.benchmark_metrics.growth.cagr,
            "max_drawdown": run.benchmark_metrics.drawdown.max_drawdown,
            "sharpe": run.benchmark_metrics.risk.sharpe,
        },
        "trials": statistics.trials,
        "prior_trials": statistics.prior_trials,
        "deflated_sharpe": statistics.deflated_sharpe,
        "probability_of_overfitting": statistics.probability_of_overfitting,
        "reality_check_p": None if reality is None else reality.p,
        "statistics": statistics_part(swept, statistics),
        "findings": [finding_row(finding) for finding in swept.findings],
        "timing": {"cells_s": swept.cells_s, "statistics_s": swept.statistics_s},
        "digest": swept.digest,
    }


def best_row(symbol: str, swept: SymbolSweep) -> Summary | None:
    """The best cell in the shape of the others."""
    if swept.best is None:
        return None
    cells, index = swept.cells, swept.best
    winbuy, winsell = swept.grid.cell(index)
    return {
        "symbol": symbol,
        "winbuy": winbuy,
        "winsell": winsell,
        "total_return": none_if_nan(cells.total_return[index]),
        "cagr": none_if_nan(cells.cagr[index]),
        "max_drawdown": none_if_nan(cells.max_drawdown[index]),
        "sharpe": none_if_nan(cells.sharpe[index]),
        "trades": int(cells.trades[index]),
    }


def statistics_part(swept: SymbolSweep, statistics: Statistics) -> Summary:
    """The numbers behind the headline statistics, so that each can be made again."""
    risk = swept.best_run.metrics.risk
    reality, place = statistics.reality_check, statistics.neighbourhood
    return {
        "sharpes": statistics.sharpes,
        "sharpe_mean": statistics.sharpe_mean,
        "sharpe_variance": statistics.sharpe_variance,
        "expected_maximum_sharpe": statistics.expected_maximum_sharpe,
        "best_skew": risk.skew,
        "best_kurtosis": risk.kurtosis,
        "reality_check": None if reality is None else asdict(reality),
        "neighbourhood": None if place is None else asdict(place),
    }
