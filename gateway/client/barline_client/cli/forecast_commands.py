"""Forecasts, and how earlier ones did."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from barline_client import calls
from barline_client.cli.options import day
from barline_client.cli.session import client_of, out
from barline_client.cli.table import number, table
from barline_client.models import ForecastStep

SHOWN_STEPS = (1, 5, 10, 15, 20, 25, 30)


def register(app: typer.Typer) -> None:
    app.command()(forecast)
    app.command()(scorecard)


def forecast(
    context: typer.Context,
    symbol: str,
    as_of: Annotated[dt.datetime | None, day("As it would have been made then.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the report to this file.")] = None,
) -> None:
    """The next 30 sessions: how much may happen, not which way."""
    date = as_of and as_of.date()
    with client_of(context) as client:
        made = client.send(calls.forecast_symbol(symbol, as_of=date))
        rows = [step_row(step) for step in made.predictions if step.step in SHOWN_STEPS]
        title = f"{made.symbol} after {made.based_on.last_date} ({made.based_on.last_close:,.2f})"
        columns = [">session", "date", ">95% from", ">80% from", ">close", ">80% to", ">95% to"]
        out().print(table(title, columns, rows))
        out().print(made.verdict, markup=False)
        if pdf is not None:
            client.download(calls.forecast_document(symbol, "pdf", as_of=date), pdf)
            out().print(f"{pdf} written.", markup=False)


def step_row(step: ForecastStep) -> tuple[object, ...]:
    prices = (step.lower_95, step.lower_80, step.close, step.upper_80, step.upper_95)
    return (step.step, step.date, *(number(price) for price in prices))


def scorecard(context: typer.Context, symbol: str) -> None:
    """Stored forecasts against actual closes. The document does not fix its members yet: it is shown as it comes."""
    with client_of(context) as client:
        members = client.send(calls.read_scorecard(symbol))
    rows = [(name.replace("_", " "), brief(value)) for name, value in members.items()]
    out().print(table(f"Forecasts of {symbol.upper()}", ["", "value"], rows))


def brief(value: JsonValue) -> str | None:
    """One value in one cell; a long list is only counted."""
    if isinstance(value, dict):
        return "\n".join(f"{name}: {brief(inner) or '-'}" for name, inner in value.items())
    if isinstance(value, list):
        return f"{len(value):,} entries" if value else "none"
    if isinstance(value, float):
        return f"{value:,.4f}"
    return None if value is None else str(value)
