"""Makes the document that sets two backtests side by side, and says what else than the rule sets them apart."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

from barline_reports.backtest_document import SEVERITIES, rule_of, words, written
from barline_reports.backtest_metrics import compared_figures as compared_key_figures
from barline_reports.backtest_result import BacktestResult
from barline_reports.document import Column, Document, Fact, Finding, Table
from barline_reports.figures.compared import compared_figures
from barline_reports.formats import count, number, percent
from barline_reports.palette import DARK_PARTNERS

CONDITIONS = ("fill", "price_basis", "commission_bps", "slippage_bps", "shares", "risk_free")

SPANS: tuple[tuple[str, Callable[[BacktestResult], str]], ...] = (
    ("First session", lambda run: run.data.first_date.isoformat()),
    ("Last session", lambda run: run.data.last_date.isoformat()),
    ("Sessions", lambda run: count(run.data.sessions)),
)


def comparison_document(
    first: BacktestResult, second: BacktestResult, attachment: bytes
) -> Document:
    """`first` is A, `second` is B; `attachment` has the API's answers on both."""
    one, other = name_of(first), name_of(second)
    return Document(
        kind="comparison",
        symbol=first.symbol,
        title=f"{one} beside {other}",
        subtitle=f"A: {sentence_on(first)} B: {sentence_on(second)}",
        identity=f"Runs {first.run_id} and {second.run_id}",
        subject_id=None,
        summary=summary(first, second),
        value_label=f"A: {one}",
        benchmark_label=f"B: {other}",
        key_figures=compared_key_figures(first, second),
        findings=tuple(findings(first, second)),
        figures=compared_figures(first, second, f"A: {source_of(first)}; B: {source_of(second)}"),
        tables=(differences(first, second),),
        parameters=shared(first, second),
        certificate=certificate(first, second, attachment),
        palette=DARK_PARTNERS,
        data_through=max(first.data.last_date, second.data.last_date),
    )


def name_of(run: BacktestResult) -> str:
    windows = (count(run.parameter(name, 0)) for name in ("winbuy", "winsell"))
    return f"{run.symbol} {'/'.join(windows)}"


def sentence_on(run: BacktestResult) -> str:
    return f"{run.symbol}, {rule_of(run)[:1].lower()}{rule_of(run)[1:]}."


def source_of(run: BacktestResult) -> str:
    return f"{run.symbol}, {run.data.first_date} to {run.data.last_date}"


def summary(first: BacktestResult, second: BacktestResult) -> tuple[str, ...]:
    return tuple(
        f"{letter} turned {number(run.initial_investment)} into {number(run.equity_curve.equity[-1])} "
        f"({percent(run.metrics.total_return)}, {percent(run.metrics.cagr)} a year) from {run.data.first_date} to "
        f"{run.data.last_date}; at worst it stood {percent(run.metrics.max_drawdown)} against its highest value."
        for letter, run in (("A", first), ("B", second))
    )


def findings(first: BacktestResult, second: BacktestResult) -> Iterator[Finding]:
    """First what makes the two hard to compare, then what each run says of itself."""
    spans = [(run.data.first_date, run.data.last_date) for run in (first, second)]
    if spans[0] != spans[1]:
        yield Finding(
            "different-periods",
            "warning",
            f"A runs from {spans[0][0]} to {spans[0][1]}, B from {spans[1][0]} to {spans[1][1]}: different times, not "
            "only different rules, made these results.",
        )
    apart = [
        words(name).lower()
        for name in CONDITIONS
        if differ(first.parameters, second.parameters, name)
    ]
    if apart:
        yield Finding(
            "different-conditions",
            "warning",
            f"The runs were made under different conditions ({'; '.join(apart)}): part of the difference may "
            "come from there.",
        )
    if first.symbol == second.symbol and first.data.data_version != second.data.data_version:
        yield Finding(
            "different-data",
            "info",
            "The two were made on different states of the symbol's bars; verify the older run to see what moved.",
        )
    for letter, run in (("A", first), ("B", second)):
        for one in run.findings:
            severity = SEVERITIES.get(one.severity, "info")
            yield Finding(f"{letter.lower()}-{one.id}", severity, f"{letter}: {one.message}")


def differ(ours: Mapping[str, object], theirs: Mapping[str, object], name: str) -> bool:
    return ours.get(name) != theirs.get(name)


def differences(first: BacktestResult, second: BacktestResult) -> Table:
    ours, theirs = first.parameters, second.parameters
    names = [name for name in dict.fromkeys((*ours, *theirs)) if differ(ours, theirs, name)]
    rows = [(words(name), written(ours.get(name)), written(theirs.get(name))) for name in names]
    for label, read in SPANS:
        pair = read(first), read(second)
        if pair[0] != pair[1]:
            rows.append((label, *pair))
    return Table(
        id="differences",
        title="What sets them apart",
        columns=(Column("Parameter", "text"), Column("A", "text"), Column("B", "text")),
        rows=tuple(rows),
        note="" if rows else "The parameters are the same; only the bars differ.",
    )


def shared(first: BacktestResult, second: BacktestResult) -> tuple[Fact, ...]:
    return tuple(
        Fact(words(name), written(value))
        for name, value in first.parameters.items()
        if name in second.parameters and not differ(first.parameters, second.parameters, name)
    )


def certificate(
    first: BacktestResult, second: BacktestResult, attachment: bytes
) -> tuple[Fact, ...]:
    facts = [
        Fact(f"{label} of {letter}", value)
        for letter, run in (("A", first), ("B", second))
        for label, value in (
            ("Run", run.run_id),
            ("Digest", run.digest),
            ("Data version", run.data.data_version),
            ("Engine version", run.certificate.engine_version if run.certificate else "not stated"),
        )
    ]
    facts.append(Fact("SHA-256 of the JSON results", hashlib.sha256(attachment).hexdigest()))
    return tuple(facts)
