"""A sweep as the JSON document that programs rely on, and as CSV."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from barline_backtest.answer import finding_row
from barline_backtest.finding import Finding
from barline_backtest.grid import Grid
from barline_backtest.overfitting import deflated_sharpe
from barline_backtest.returns import SESSIONS_A_YEAR
from barline_backtest.strict_json import JsonValue, nullable
from barline_backtest.sweep import Cells

Document = dict[str, JsonValue]
Stored = Mapping[str, JsonValue]

COLUMNS = ("total_return", "cagr", "max_drawdown", "sharpe", "trades")
MOST_CELLS_SHOWN = 250_000


@dataclass(frozen=True, slots=True)
class SweptSymbol:
    """A symbol as it is stored; summary and cells are None while it waits, or when `problem` says why not."""

    symbol: str
    summary: Stored | None
    problem: Stored | None
    cells: Cells | None


def sweep_document(
    head: Stored, grid: Grid, symbols: Sequence[SweptSymbol], include: frozenset[str]
) -> Document:
    """The whole answer: `head` (id, job, parameters, …), totals, one entry a symbol, and the cells."""
    document: Document = {**head, **totals(symbols)}
    document["symbols"] = [symbol_part(swept) for swept in symbols]
    shown = sum(len(swept.cells) for swept in symbols if swept.cells is not None)
    if shown > MOST_CELLS_SHOWN and include:
        findings = cast("list[JsonValue]", document["findings"])
        document["findings"] = [*findings, finding_row(too_many(shown))]
        include = frozenset()
    if "cells" in include:
        document["cells"] = [row for swept in symbols for row in cell_rows(swept, grid)]
    if "heatmap" in include:
        document["heatmap"] = {
            swept.symbol: heatmap(swept.cells, grid) for swept in symbols if swept.cells is not None
        }
    return document


def totals(symbols: Sequence[SweptSymbol]) -> Document:
    """The headline of a sweep: of its one symbol, or of all of them together.

    Over several symbols the trials add up, and the deflated Sharpe ratio of the best cell counts all of them with the
    pooled variance of their cells; the probability of overfitting and the reality check belong to one history each.
    """
    done = [swept.summary for swept in symbols if swept.summary is not None]
    timing: Document = {
        name: sum(number(summary, "timing", name) for summary in done)
        for name in ("cells_s", "statistics_s")
    }
    if len(symbols) == 1 and done:
        names = (
            "best", "trials", "prior_trials", "deflated_sharpe", "probability_of_overfitting",
            "reality_check_p", "findings",
        )  # fmt: skip
        return {"timing": timing} | {name: done[0][name] for name in names}
    leader = max(done, key=best_sharpe, default=None)
    trials = sum(int(number(summary, "trials")) for summary in done)
    return {
        "timing": timing,
        "best": None if leader is None else leader["best"],
        "trials": trials,
        "prior_trials": sum(int(number(summary, "prior_trials")) for summary in done),
        "deflated_sharpe": None if leader is None else deflated_over_all(leader, done, trials),
        "probability_of_overfitting": None,
        "reality_check_p": None,
        "findings": [finding_row(finding) for finding in find_gaps(symbols, len(done))],
    }


def deflated_over_all(leader: Stored, done: Sequence[Stored], trials: int) -> float | None:
    """The deflated Sharpe ratio of the best cell of all symbols."""
    best, statistics = leader["best"], leader["statistics"]
    variance = pooled_variance(done)
    if not isinstance(best, Mapping) or not isinstance(statistics, Mapping) or variance is None:
        return None
    return deflated_sharpe(
        number(best, "sharpe") / math.sqrt(SESSIONS_A_YEAR),
        int(number(leader, "data", "sessions")),
        cast("float | None", statistics["best_skew"]),
        cast("float | None", statistics["best_kurtosis"]),
        trials=trials,
        variance=variance,
    )


def pooled_variance(done: Sequence[Stored]) -> float | None:
    """Variance of the Sharpe ratios of all cells of all symbols, from each symbol's count, mean and variance."""
    names = ("sharpes", "sharpe_mean", "sharpe_variance")
    known = [
        cast("Stored", summary["statistics"])
        for summary in done
        if cast("Stored", summary["statistics"])["sharpe_variance"] is not None
    ]
    parts = [tuple(number(statistics, name) for name in names) for statistics in known]
    count = sum(n for n, _, _ in parts)
    if count < 2:
        return None
    mean = math.fsum(n * m for n, m, _ in parts) / count
    within = math.fsum((n - 1) * v for n, _, v in parts)
    between = math.fsum(n * (m - mean) ** 2 for n, m, _ in parts)
    return (within + between) / (count - 1)


def number(values: Stored, *path: str) -> float:
    """A number at a path of stored values."""
    found: JsonValue = values
    for name in path:
        found = cast("Stored", found)[name]
    return float(cast("float", found))


def best_sharpe(summary: Stored) -> float:
    best = summary["best"]
    return number(best, "sharpe") if isinstance(best, Mapping) else -math.inf


def find_gaps(symbols: Sequence[SweptSymbol], done: int) -> Iterator[Finding]:
    """What is missing of a sweep over several symbols."""
    if done:
        yield Finding(
            "statistics-by-symbol",
            "info",
            "The probability of overfitting and the reality check are given for each symbol under `symbols`.",
        )
    failed = [swept.symbol for swept in symbols if swept.problem is not None]
    if failed:
        named = ", ".join(failed[:5]) + (", …" if len(failed) > 5 else "")
        yield Finding(
            "symbols-failed", "warning", f"{len(failed)} of {len(symbols)} not swept: {named}."
        )
    waiting = len(symbols) - done - len(failed)
    if waiting:
        yield Finding("not-complete", "warning", f"{waiting} of {len(symbols)} not computed.")


def symbol_part(swept: SweptSymbol) -> Document:
    """One symbol's statistics, or why it has none."""
    if swept.summary is not None:
        return {**swept.summary, "problem": None}
    return {"symbol": swept.symbol, "problem": swept.problem}


def cell_rows(swept: SweptSymbol, grid: Grid) -> Iterator[Document]:
    """One row a cell, in the grid's order; what is undefined is null."""
    cells = swept.cells
    if cells is None:
        return
    sells = list(grid.winsell.windows())
    columns = zip(*(column_list(cells, name) for name in COLUMNS), strict=True)
    windows = ((buy, sell) for buy in grid.winbuy.windows() for sell in sells)
    for (buy, sell), (gain, yearly, fall, sharpe, trades) in zip(windows, columns, strict=True):
        yield {
            "symbol": swept.symbol,
            "winbuy": buy,
            "winsell": sell,
            "total_return": gain,
            "cagr": yearly,
            "max_drawdown": fall,
            "sharpe": sharpe,
            "trades": trades,
        }


def column_list(cells: Cells, name: str) -> list[float | None]:
    """A column as JSON values."""
    if name == "trades":
        return cast("list[float | None]", cells.trades.tolist())
    return nullable(getattr(cells, name))


def heatmap(cells: Cells, grid: Grid) -> Document:
    """Matrices with one row a buy window and one column a sell window."""
    sells = len(grid.winsell)
    matrices: Document = {
        name: [values[i : i + sells] for i in range(0, len(values), sells)]
        for name, values in ((name, column_list(cells, name)) for name in COLUMNS)
    }
    windows: Document = {
        "winbuy": list(grid.winbuy.windows()),
        "winsell": list(grid.winsell.windows()),
    }
    return windows | matrices


def too_many(cells: int) -> Finding:
    return Finding(
        "cells-left-out",
        "info",
        f"{cells:,} cells are too many for one JSON document: ask for one symbol (?symbol=) or for format=csv.",
    )
