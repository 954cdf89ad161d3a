"""One complete backtest: the strategy, buy-and-hold beside it, both measured, doubted and certified."""

from dataclasses import dataclass, replace

from barline_backtest.certificate import Certificate, certify
from barline_backtest.data_findings import DataFaults, find_data_faults
from barline_backtest.engine import Run, Strategy, buy_and_hold, run
from barline_backtest.finding import Finding
from barline_backtest.metrics import Metrics, summarise
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices
from barline_backtest.result_findings import (
    find_comparison_doubts,
    find_trading_doubts,
    find_undefined_metrics,
)


@dataclass(frozen=True, slots=True)
class Backtest:
    """Everything one request learns. `parameters` has the first and last session in place of an open start or end."""

    parameters: RunParameters
    run: Run
    metrics: Metrics
    benchmark: Run
    benchmark_metrics: Metrics
    findings: tuple[Finding, ...]
    certificate: Certificate


def perform(
    prices: Prices,
    parameters: RunParameters,
    *,
    data_version: str,
    faults: DataFaults,
    strategy: Strategy = run,
) -> Backtest:
    """Run `parameters` over the whole history in their price basis. Raises NoSessions when none is in range.

    `strategy` is that of the moving averages, unless another one is given.
    """
    made = strategy(prices, parameters)
    benchmark = buy_and_hold(prices, parameters)
    metrics = summarise(made, benchmark, risk_free=parameters.risk_free)
    benchmark_metrics = summarise(benchmark, benchmark, risk_free=parameters.risk_free)
    resolved = replace(parameters, start=made.date[0].item(), end=made.date[-1].item())
    findings = (
        *find_trading_doubts(made, metrics, parameters),
        *find_comparison_doubts(metrics, benchmark_metrics),
        *find_data_faults(made, parameters, faults),
        *find_undefined_metrics(made, metrics),
    )
    return Backtest(
        parameters=resolved,
        run=made,
        metrics=metrics,
        benchmark=benchmark,
        benchmark_metrics=benchmark_metrics,
        findings=findings,
        certificate=certify(resolved, data_version),
    )
