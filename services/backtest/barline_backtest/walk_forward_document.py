"""A walk-forward as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import cast

from barline_backtest.answer import finding_row
from barline_backtest.finding import Finding
from barline_backtest.prices import Prices
from barline_backtest.strict_json import JsonValue
from barline_backtest.walkforward import Fold, Measured, Mode, Objective, Plan, WalkForward

Document = dict[str, JsonValue]


def plan_of(stored: Mapping[str, object]) -> Plan:
    """A plan as it is kept."""
    return Plan(
        mode=cast("Mode", stored["mode"]),
        in_sample_sessions=int(str(stored["in_sample_sessions"])),
        out_of_sample_sessions=int(str(stored["out_of_sample_sessions"])),
        objective=cast("Objective", stored["objective"]),
    )


def walk_forward_result(prices: Prices, result: WalkForward) -> Document:
    """The joined result, each window, and the stitched equity beside buying and holding."""
    return {
        "out_of_sample": {
            **measured(result.total),
            "volatility": result.risk.volatility,
            "sortino": result.risk.sortino,
            "drawdown_peak_date": result.fall.drawdown_peak_date,
            "drawdown_trough_date": result.fall.drawdown_trough_date,
            "drawdown_recovery_date": result.fall.drawdown_recovery_date,
        },
        "buy_and_hold": measured(result.held),
        "efficiency_ratio": result.efficiency_ratio,
        "windows": [window(prices, fold) for fold in result.folds],
        "equity_curve": {
            "date": result.date.tolist(),
            "equity": result.equity,
            "drawdown": result.drawdown,
            "buy_and_hold": result.holding,
        },
        "findings": [finding_row(finding) for finding in findings_of(result)],
    }


def window(prices: Prices, fold: Fold) -> Document:
    """One step: what was chosen on which sessions, and what came of it."""
    return {
        "in_sample": span(prices, fold.in_sample),
        "out_of_sample": span(prices, fold.out_of_sample),
        "winbuy": fold.winbuy,
        "winsell": fold.winsell,
        "chosen": None if fold.chosen is None else measured(fold.chosen),
        "result": measured(fold.result),
    }


def span(prices: Prices, sessions: tuple[int, int]) -> Document:
    start, stop = sessions
    return {
        "first_date": prices.date[start].item(),
        "last_date": prices.date[stop - 1].item(),
        "sessions": stop - start,
    }


def measured(values: Measured) -> Document:
    return dict(asdict(values))


def findings_of(result: WalkForward) -> list[Finding]:
    """What the windows say about the choice of windows."""
    findings = []
    ratio = result.efficiency_ratio
    if ratio is None:
        findings.append(
            Finding(
                "no-efficiency-ratio",
                "info",
                "The efficiency ratio is null: the choices did not gain in sample, or the span is a single day.",
            )
        )
    elif ratio < 0.5:
        findings.append(
            Finding(
                "low-efficiency",
                "warning",
                f"Out of sample the choices earned {ratio:.0%} of what they earned in sample: the search fits "
                "the past.",
            )
        )
    idle = sum(fold.winbuy is None for fold in result.folds)
    if idle:
        findings.append(
            Finding(
                "idle-windows",
                "warning",
                f"In {idle} of {len(result.folds)} windows no cell traded in sample; they stay in cash.",
            )
        )
    if result.held.total_return > result.total.total_return:
        findings.append(
            Finding(
                "buy-and-hold-better",
                "warning",
                f"Buying and holding returned {result.held.total_return:.1%} over the same sessions, the walk-forward "
                f"{result.total.total_return:.1%}.",
            )
        )
    findings.append(
        Finding(
            "marked-between-windows",
            "info",
            "A position open at the end of a window is valued at its close, without the costs of a sale; the next "
            "window begins in cash.",
        )
    )
    return findings
