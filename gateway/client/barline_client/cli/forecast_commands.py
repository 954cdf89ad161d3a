"""Forecasts, and how earlier ones did."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from barline_client import calls
from barline_client.cli.options import day
from barline_client.cli.session import client_of, out
from barline_client.cli.table import NONE, number, percent, table
from barline_client.models import ForecastRecord, ForecastStep

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
    """Stored forecasts against actual closes and the baselines."""
    with client_of(context) as client:
        card = client.send(calls.read_scorecard(symbol))
    title = f"Forecasts of {card.symbol}, scored through {card.scored_through or NONE}"
    columns = ["model", "kind", "made from", "to", ">forecasts", ">outcomes", ">loss",
               ">80% held", ">95% held", ">direction"]  # fmt: skip
    out().print(table(title, columns, [record_row(record) for record in card.records]))
    gains = [row for record in card.records for row in gain_rows(record)]
    if gains:
        columns = ["model", "kind", "baseline", ">loss", ">saved by the model"]
        out().print(table("Beside the baselines", columns, gains))
    left_out = card.left_out
    out().print(card.verdict, markup=False)
    out().print(
        f"Left out: {left_out.not_met_yet:,} not met yet, {left_out.remade:,} made again,"
        f" {left_out.in_sample:,} in sample.",
        markup=False,
    )


def record_row(record: ForecastRecord) -> tuple[object, ...]:
    score, direction = record.overall, record.overall.direction
    hits = f"{direction.hits:,} of {direction.claims:,}"
    held = (percent(score.coverage_80), percent(score.coverage_95))
    made = (record.model_version, record.kind, record.first_date, record.last_date, record.vintages)
    return (*made, score.outcomes, number(score.pinball_loss, 5), *held, hits)


def gain_rows(record: ForecastRecord) -> Iterator[tuple[object, ...]]:
    for name, baseline in record.overall.baselines.items():
        loss, gain = number(baseline.pinball_loss, 5), percent(baseline.gain)
        yield (record.model_version, record.kind, name.replace("_", " "), loss, gain)
