"""The tables of a forecast: every step, and every step of the earlier one beside what happened."""

from barline_reports.document import Column, Table
from barline_reports.forecast_result import ForecastResult, Outcome, Step
from barline_reports.formats import count, percent, price, price_digits


def step_table(forecast: ForecastResult) -> Table:
    steps = forecast.predictions
    digits = price_digits([step.lower_95 for step in steps])

    def row(step: Step) -> tuple[str, ...]:
        prices = (
            step.lower_95,
            step.lower_80,
            step.close,
            step.upper_80,
            step.upper_95,
            step.naive_close,
        )
        return (
            count(step.step),
            step.date.isoformat(),
            *(price(value, digits) for value in prices),
        )

    return Table(
        id="steps",
        title="The forecast, session by session",
        columns=(
            Column("Ahead"),
            Column("Session", "text"),
            Column("95% low"),
            Column("80% low"),
            Column("Median"),
            Column("80% high"),
            Column("95% high"),
            Column("Naive"),
        ),
        rows=tuple(row(step) for step in steps),
    )


def outcome_table(known: list[Outcome]) -> Table:
    digits = price_digits([outcome.actual for outcome in known])

    def row(outcome: Outcome) -> tuple[str, ...]:
        inside = "80%" if outcome.within_80 else "95%" if outcome.within_95 else "outside"
        return (
            count(outcome.step.step),
            outcome.step.date.isoformat(),
            price(outcome.step.close, digits),
            price(outcome.actual, digits),
            percent(outcome.error, signed=False),
            percent(outcome.naive_error, signed=False),
            inside,
        )

    return Table(
        id="hindcast-outcomes",
        title="Predicted and actual",
        columns=(
            Column("Ahead"),
            Column("Session", "text"),
            Column("Predicted"),
            Column("Actual"),
            Column("Error"),
            Column("Naive error"),
            Column("Inside", "text"),
        ),
        rows=tuple(row(outcome) for outcome in known),
        note="Inside: the narrowest interval that held the actual close.",
    )
