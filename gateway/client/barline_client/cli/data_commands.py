"""Symbols and bars: add, data, refresh, import, status."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from barline_client import calls
from barline_client.call import Upload
from barline_client.calls.bars import PriceBasis, Prices
from barline_client.cli.options import day
from barline_client.cli.session import client_of, followed, out
from barline_client.cli.table import findings_table, number, table
from barline_client.models import Bar, Job, Symbol

SHOWN_BARS = 20


def register(app: typer.Typer) -> None:
    for command in (add, data, refresh, status):
        app.command()(command)
    app.command("import")(import_file)


def add(context: typer.Context, symbols: list[str]) -> None:
    """Register symbols and load their history."""
    with client_of(context) as client:
        added = client.send(calls.add_symbols(*symbols, wait_s=0))
        if isinstance(added, Job):
            followed(client, added)
        wanted = {symbol.upper() for symbol in symbols}
        rows = client.items(calls.list_symbols(page_size=500))
        show_symbols(row for row in rows if row.symbol in wanted)


def data(
    context: typer.Context,
    symbol: str,
    *,
    start: Annotated[dt.datetime | None, day("The first session.")] = None,
    end: Annotated[dt.datetime | None, day("The last session.")] = None,
    price_basis: PriceBasis = "raw",
    csv: Annotated[Path | None, typer.Option(help="Write all of it to this file.")] = None,
) -> None:
    """A symbol's bars: the last 20 on the screen, all of them with --csv."""
    first, last = start and start.date(), end and end.date()
    with client_of(context) as client:
        if csv is not None:
            call = calls.bars_table(symbol, "csv", start=first, end=last, price_basis=price_basis)
            client.download(call, csv)
            out().print(f"{csv} written.", markup=False)
            return
        bars = client.send(calls.read_data(symbol, start=first, end=last, price_basis=price_basis))
    title = f"{bars.symbol}, {bars.price_basis}: {len(bars.bars):,} sessions"
    columns = ["date", ">open", ">high", ">low", ">close", ">volume"]
    out().print(table(title, columns, (bar_row(bar) for bar in bars.bars[-SHOWN_BARS:])))


def bar_row(bar: Bar) -> tuple[object, ...]:
    prices = (number(price) for price in (bar.open, bar.high, bar.low, bar.close))
    return (bar.date, *prices, number(bar.volume, 0))


def refresh(
    context: typer.Context,
    symbols: Annotated[list[str] | None, typer.Argument(help="All, unless some are named.")] = None,
    *,
    full: Annotated[bool, typer.Option("--full", help="Fetch the whole history again.")] = False,
) -> None:
    """Fetch what is missing."""
    with client_of(context) as client:
        job = followed(client, client.send(calls.refresh_symbols(symbols or None, full=full)))
    out().print(job.message, markup=False)


def import_file(context: typer.Context, symbol: str, file: Path, prices: Prices = "raw") -> None:
    """Bars from a CSV file, all of it or nothing."""
    upload = Upload(file.name, file.read_bytes())
    with client_of(context) as client:
        done = client.send(calls.import_bars(symbol, upload, prices=prices))
    names = ["rows", "added", "revised", "unchanged", "left_out"]
    title = f"{done.symbol} from {file.name}"
    row = [getattr(done, name) for name in names]
    out().print(table(title, [f">{name.replace('_', ' ')}" for name in names], [row]))
    if done.findings:
        out().print(findings_table(done.findings))


def status(context: typer.Context) -> None:
    """The registered symbols and how far their bars go."""
    with client_of(context) as client:
        show_symbols(client.items(calls.list_symbols(page_size=500)))


def show_symbols(symbols: Iterable[Symbol]) -> None:
    columns = ["symbol", "status", "from", "to", ">sessions", ">missing", "problem"]
    rows = [
        (
            row.symbol,
            row.status,
            row.coverage.first_date,
            row.coverage.last_date,
            row.coverage.sessions,
            row.coverage.missing_sessions,
            row.problem and row.problem.detail,
        )
        for row in symbols
    ]
    out().print(table("Symbols", columns, rows))
