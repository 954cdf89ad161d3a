"""Backtests: one, or a grid of them."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from barline_client import calls
from barline_client.calls.assumptions import Assumptions
from barline_client.cli.options import day, windows
from barline_client.cli.session import client_of, followed, out
from barline_client.cli.table import findings_table, number, percent, table
from barline_client.client import Client
from barline_client.errors import BrokenAnswer
from barline_client.models import Backtest, Ordered, Sweep

SHOWN_CELLS = 10
WINDOWS = "Windows as START:STOP:STEP, STOP not included."

Start = Annotated[dt.datetime | None, day("The first session.")]
End = Annotated[dt.datetime | None, day("The last session.")]
Bps = Annotated[float, typer.Option(min=0, help="Of the amount traded, in basis points.")]


def register(app: typer.Typer) -> None:
    app.command()(backtest)
    app.command()(sweep)


def assumed(
    start: dt.datetime | None, end: dt.datetime | None, commission_bps: float, slippage_bps: float
) -> Assumptions:
    found = Assumptions(commission_bps=commission_bps, slippage_bps=slippage_bps)
    if start is not None:
        found["start"] = start.date()
    if end is not None:
        found["end"] = end.date()
    return found


def backtest(
    context: typer.Context,
    symbol: str,
    *,
    winbuy: Annotated[int, typer.Option(help="Buy below the average of so many sessions.")],
    winsell: Annotated[int, typer.Option(help="Sell above the average of so many sessions.")],
    start: Start = None,
    end: End = None,
    commission_bps: Bps = 0.0,
    slippage_bps: Bps = 0.0,
    pdf: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
) -> None:
    """One backtest beside buying and holding."""
    chosen = assumed(start, end, commission_bps, slippage_bps)
    with client_of(context) as client:
        call = calls.run_backtest(symbol, winbuy=winbuy, winsell=winsell, include="", **chosen)
        show_run(client.send(call))
        if pdf is not None:
            report = calls.backtest_document(
                symbol, "pdf", winbuy=winbuy, winsell=winsell, **chosen
            )
            client.download(report, pdf)
            out().print(f"{pdf} written.", markup=False)


def show_run(run: Backtest) -> None:
    mine, held = run.metrics, run.buy_and_hold
    rows = [
        ("total return", percent(mine.total_return), percent(held.total_return)),
        ("a year (CAGR)", percent(mine.cagr), percent(held.cagr)),
        ("largest drawdown", percent(mine.max_drawdown), percent(held.max_drawdown)),
        ("Sharpe", number(mine.sharpe), number(held.sharpe)),
        ("trades", mine.trades, held.trades),
    ]
    title = f"{run.symbol}, {run.data.first_date} to {run.data.last_date}, run {run.run_id}"
    out().print(table(title, ["", ">strategy", ">buy and hold"], rows))
    if run.findings:
        out().print(findings_table(run.findings))


def sweep(
    context: typer.Context,
    symbols: list[str],
    *,
    winbuy: Annotated[str, typer.Option(help=WINDOWS)] = "5:205:10",
    winsell: Annotated[str, typer.Option(help=WINDOWS)] = "5:205:10",
    start: Start = None,
    end: End = None,
    commission_bps: Bps = 0.0,
    slippage_bps: Bps = 0.0,
    csv: Annotated[Path | None, typer.Option(help="Write all cells to this file.")] = None,
) -> None:
    """A grid of windows, and how much of the best of it may be luck."""
    chosen = assumed(start, end, commission_bps, slippage_bps)
    call = calls.order_sweep(
        symbols, winbuy=windows(winbuy), winsell=windows(winsell), wait_s=0, **chosen
    )
    with client_of(context) as client:
        swept = finished(client, client.send(call))
        show_sweep(swept)
        if csv is not None:
            client.download(calls.sweep_table(swept.id), csv)
            out().print(f"{csv} written.", markup=False)


def finished(client: Client, ordered: Sweep | Ordered) -> Sweep:
    """The sweep once its job is over."""
    if isinstance(ordered, Ordered):
        followed(client, ordered.job)
        ordered = client.send(calls.read_sweep(ordered.id))
    if isinstance(ordered, Ordered):
        raise BrokenAnswer(f"Job {ordered.job.id} is over, but sweep {ordered.id} is not there.")
    return ordered


def show_sweep(swept: Sweep) -> None:
    cells = sorted(
        (cell for cell in swept.cells or () if cell.sharpe is not None),
        key=lambda cell: cell.sharpe or 0.0,
        reverse=True,
    )
    columns = ["symbol", ">winbuy", ">winsell", ">return", ">drawdown", ">Sharpe", ">trades"]
    rows = [
        (
            cell.symbol,
            cell.winbuy,
            cell.winsell,
            percent(cell.total_return),
            percent(cell.max_drawdown),
            number(cell.sharpe),
            cell.trades,
        )
        for cell in cells[:SHOWN_CELLS]
    ]
    out().print(table(f"The best of {swept.trials:,} trials, {swept.id}", columns, rows))
    luck = [
        ("deflated Sharpe ratio", number(swept.deflated_sharpe, 3)),
        ("probability of overfitting", number(swept.probability_of_overfitting, 3)),
        ("p of White's reality check", number(swept.reality_check_p, 3)),
    ]
    out().print(table("How much may be luck", ["", ">value"], luck))
    if swept.findings:
        out().print(findings_table(swept.findings))
