"""A backtest as the JSON document that programs rely on; the PDF attaches this same object."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from barline_backtest.backtest import Backtest
from barline_backtest.certificate import parameter_values
from barline_backtest.finding import Finding
from barline_backtest.metrics import Metrics, by_name
from barline_backtest.prices import FloatArray
from barline_backtest.strict_json import JsonValue, nullable
from barline_backtest.trade_list import pending_order_row, trade_rows

Part = Literal["trades", "equity_curve", "prices"]
Document = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is of a symbol, beyond what one run used of it."""

    first_date: date
    last_date: date
    sessions: int
    missing_sessions: int
    capability: str | None


def answer(
    backtest: Backtest, *, run_id: str, coverage: Coverage, include: Collection[Part]
) -> Document:
    """The whole answer; `include` chooses among its large parts."""
    certificate = backtest.certificate
    document: Document = {
        "run_id": run_id,
        "digest": certificate.digest,
        "symbol": backtest.parameters.symbol,
        "parameters": dict(parameter_values(backtest.parameters)),
        "data": data_part(backtest, coverage),
        "metrics": metrics_part(backtest.metrics),
        "buy_and_hold": metrics_part(backtest.benchmark_metrics),
        "findings": [finding_row(finding) for finding in backtest.findings],
        "certificate": {
            "digest": certificate.digest,
            "engine_version": certificate.engine_version,
            "data_version": certificate.data_version,
            "definitions": dict(certificate.definitions),
        },
        "pending_order": pending_order_row(backtest.run),
    }
    if "trades" in include:
        document["trades"] = trade_rows(backtest.run)
    if "equity_curve" in include:
        document["equity_curve"] = equity_part(backtest)
    if "prices" in include:
        document["prices"] = prices_part(backtest)
    return document


def data_part(backtest: Backtest, coverage: Coverage) -> Document:
    """Which bars the run used, and which there are."""
    run = backtest.run
    return {
        "first_date": run.date[0].item(),
        "last_date": run.date[-1].item(),
        "sessions": int(run.date.size),
        "price_basis": backtest.parameters.price_basis,
        "data_version": backtest.certificate.data_version,
        "coverage": {
            "first_date": coverage.first_date,
            "last_date": coverage.last_date,
            "sessions": coverage.sessions,
            "missing_sessions": coverage.missing_sessions,
            "capability": coverage.capability,
        },
    }


def metrics_part(metrics: Metrics) -> Document:
    return dict(by_name(metrics))


def finding_row(finding: Finding) -> Mapping[str, JsonValue]:
    return {"id": finding.id, "severity": finding.severity, "message": finding.message}


def equity_part(backtest: Backtest) -> Document:
    """Equity at each close of the run, its drawdown, and the equity of buying and holding."""
    return {
        "date": backtest.run.date.tolist(),
        "equity": backtest.run.equity,
        "drawdown": backtest.metrics.drawdowns,
        "buy_and_hold": backtest.benchmark.equity,
    }


def prices_part(backtest: Backtest) -> Document:
    """Opens, closes and both averages in the run's price basis, for charts; an average is null until it is defined."""
    run = backtest.run
    part: Document = {
        "date": run.date.tolist(),
        "open": run.prices.open[run.first :],
        "close": run.prices.close[run.first :],
    }
    for name in ("average_buy", "average_sell"):
        average: FloatArray | None = getattr(run.signals, name, None)
        if average is not None:
            part[name] = nullable(average[run.first :])
    return part
