"""All charts of a backtest in reading order; one that fails leaves a sentence in its place and the others alone."""

import logging
from collections.abc import Callable

from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Figure
from barline_reports.figures.canvas import HEIGHT
from barline_reports.figures.drawdown import drawdown_figure
from barline_reports.figures.equity import linear_figure, logarithmic_figure
from barline_reports.figures.periods import monthly_figure, yearly_figure
from barline_reports.figures.price import price_figure
from barline_reports.figures.rolling import sharpe_figure, volatility_figure
from barline_reports.figures.trade_returns import distribution_figure, sequence_figure

Draw = Callable[[BacktestResult, str], Figure]

FAILED = "This chart could not be drawn. Its numbers are in the JSON result."
GALLERY: tuple[tuple[str, str, Draw], ...] = (
    ("price", "Price, averages and trades", price_figure),
    ("equity", "Value of the investment", linear_figure),
    ("equity-log", "Value of the investment, logarithmic scale", logarithmic_figure),
    ("drawdown", "Drawdown", drawdown_figure),
    ("monthly", "Monthly returns of the strategy", monthly_figure),
    ("yearly", "Yearly returns", yearly_figure),
    ("volatility", "Rolling volatility", volatility_figure),
    ("sharpe", "Rolling Sharpe ratio", sharpe_figure),
    ("trade-distribution", "Distribution of trade returns", distribution_figure),
    ("trade-sequence", "Trade by trade", sequence_figure),
)

log = logging.getLogger("barline_reports.figures")


def backtest_figures(result: BacktestResult, source: str) -> tuple[Figure, ...]:
    return tuple(drawn(id_, title, draw, result, source) for id_, title, draw in GALLERY)


def drawn(id_: str, title: str, draw: Draw, result: BacktestResult, source: str) -> Figure:
    try:
        return draw(result, source)
    except Exception:
        log.exception("the figure %s of %s failed", id_, result.run_id)
    return Figure(
        id=id_,
        title=title,
        unit="",
        legend="",
        source=source,
        alt="",
        height=HEIGHT,
        spec=None,
        missing=FAILED,
    )
