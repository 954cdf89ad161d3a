"""Makes the report document of a backtest from the backtest service's answer."""

import hashlib

from barline_reports.backtest_metrics import key_figures
from barline_reports.backtest_result import BacktestResult, Metrics, ParameterValue, Trade
from barline_reports.document import (
    Column,
    Document,
    Fact,
    Finding,
    Severity,
    Table,
)
from barline_reports.figures.drawdown import drawdown_table
from barline_reports.figures.gallery import backtest_figures
from barline_reports.figures.price import BASES
from barline_reports.formats import count, number, percent, plural, price, price_digits
from barline_reports.palette import DARK_PARTNERS
from barline_reports.sensitivity import NOT_ASKED, Sensitivity, sensitivity_table

MOST_TRADES = 60
SEVERITIES: dict[str, Severity] = {
    "critical": "critical",
    "error": "critical",
    "high": "critical",
    "warning": "warning",
    "medium": "warning",
}
RULES = {
    "level": "Buy below the {winbuy}-session average, sell above the {winsell}-session average",
    "cross": "Buy on falling below the {winbuy}-session average, sell on rising above the {winsell}-session average",
}


def backtest_document(
    result: BacktestResult, answer: bytes, sensitivity: Sensitivity = NOT_ASKED
) -> Document:
    """The report on `result`, which was read from `answer`: the bytes that are attached to the PDF."""
    data = result.data
    span = f"{data.first_date} to {data.last_date}"
    basis = BASES.get(data.price_basis, data.price_basis)
    source = f"{result.symbol}, {span}, prices {basis}"
    return Document(
        kind="backtest",
        symbol=result.symbol,
        title=f"Backtest of {result.symbol}",
        subtitle=f"{rule_of(result)}. {span}, {plural(data.sessions, 'session')}.",
        identity=f"Run {result.run_id}",
        subject_id=result.run_id,
        summary=summary(result),
        value_label="Strategy",
        benchmark_label="Buy and hold",
        key_figures=key_figures(result),
        findings=findings(result, sensitivity),
        figures=backtest_figures(result, source),
        tables=(drawdown_table(result), sensitivity_table(sensitivity), trade_table(result)),
        parameters=tuple(
            Fact(words(name), written(value)) for name, value in result.parameters.items()
        ),
        certificate=certificate(result, answer),
        palette=DARK_PARTNERS,
        data_through=data.last_date,
    )


def findings(result: BacktestResult, sensitivity: Sensitivity) -> tuple[Finding, ...]:
    """The run's own, then what came of varying it."""
    varied = sensitivity.card.findings if sensitivity.card else ()
    return tuple(
        Finding(one.id, SEVERITIES.get(one.severity, "info"), one.message)
        for one in (*result.findings, *varied)
    )


def rule_of(result: BacktestResult) -> str:
    windows = {name: count(result.parameter(name, 0)) for name in ("winbuy", "winsell")}
    return RULES.get(str(result.parameters.get("rule")), RULES["level"]).format_map(windows)


def summary(result: BacktestResult) -> tuple[str, ...]:
    """What happened to the money, in sentences."""
    curve, own, held = result.equity_curve, result.metrics, result.buy_and_hold
    money = (
        f"{number(result.initial_investment)} became {number(curve.equity[-1])} ({percent(own.total_return)}). "
        f"Buying at the start and holding made it {number(curve.buy_and_hold[-1])} ({percent(held.total_return)})."
    )
    risk = f"{falls(own, 'The strategy')} {falls(held, 'Buy and hold')}"
    return (money, risk, activity(result))


def falls(metrics: Metrics, who: str) -> str:
    if not metrics.max_drawdown:
        return f"{who} never stood below its highest value."
    return f"{who} stood at worst {percent(-metrics.max_drawdown, signed=False)} below its highest value."


def activity(result: BacktestResult) -> str:
    if not result.trades:
        sentence = "The rule made no trade: the money stayed in cash throughout."
    else:
        invested = percent(result.metrics.exposure, digits=0, signed=False)
        sentence = f"It made {plural(len(result.trades), 'trade')} and was invested {invested} of the time."
        if result.trades[-1].exit is None:
            sentence += " The last position is still open and counted at the last close."
    if result.pending_order is not None:
        order = result.pending_order
        sentence += f" A {order.side} order of {order.signal_date} is pending: no later session has filled it."
    return sentence


def trade_table(result: BacktestResult) -> Table:
    trades = result.trades
    shown = list(enumerate(trades, start=1))[-MOST_TRADES:]
    more = len(trades) - len(shown)
    note = ""
    if not trades:
        note = "No trade was made."
    elif more:
        note = (
            f"The last {len(shown)} of {plural(len(trades), 'trade')}; the other {count(more)} are in the JSON result, "
            "attached to the PDF."
        )
    digits = price_digits([p for _, t in shown for p in (t.entry_fill_price, t.exit_fill_price)])
    return Table(
        id="trades",
        title="Trades",
        columns=(
            Column("No."),
            Column("Bought", "text"),
            Column("Buy price"),
            Column("Sold", "text"),
            Column("Sell price"),
            Column("Sessions"),
            Column("Return"),
            Column("Profit"),
        ),
        rows=tuple(trade_row(rank, trade, digits) for rank, trade in shown),
        note=note,
    )


def trade_row(rank: int, trade: Trade, digits: int) -> tuple[str, ...]:
    return (
        count(rank),
        trade.entry_date.isoformat(),
        price(trade.entry_fill_price, digits),
        trade.exit_date.isoformat() if trade.exit_date else "open",
        price(trade.exit_fill_price, digits) if trade.exit else "",
        count(trade.sessions_held),
        percent(trade.trade_return),
        number(trade.profit, signed=True),
    )


def certificate(result: BacktestResult, answer: bytes) -> tuple[Fact, ...]:
    engine = result.certificate.engine_version if result.certificate else "not stated"
    return (
        Fact("Run", result.run_id),
        Fact("Digest of the run", result.digest),
        Fact("Engine version", engine),
        Fact("Data version", result.data.data_version),
        Fact("SHA-256 of the JSON result", hashlib.sha256(answer).hexdigest()),
    )


def words(name: str) -> str:
    """`initial_investment` as a person writes it."""
    known = {
        "winbuy": "Buy window, sessions",
        "winsell": "Sell window, sessions",
        "bps": "basis points",
    }
    if name in known:
        return known[name]
    text = name.replace("_bps", ", basis points a leg").replace("_", " ")
    return text[:1].upper() + text[1:]


def written(value: ParameterValue) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value.replace("_", " ")
    return f"{value:,.10g}"
