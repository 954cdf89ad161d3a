"""What the scorecard and the model card give to the report of a forecast: figures, tables, facts and findings."""

from collections.abc import Iterator

from barline_reports.document import Column, Fact, Figure, Finding, KeyFigure, Table
from barline_reports.figures.scorecard import coverage_figure, loss_figure, outcomes_figure
from barline_reports.formats import UNKNOWN, count, number, percent, plural
from barline_reports.scorecard_result import (
    ModelCard,
    Record,
    Score,
    Scorecard,
    StepOutcomes,
)

BASELINE_LABELS = {
    "naive": "Naive baseline",
    "random_walk": "Naive",
    "ewma": "EWMA",
    "historical_simulation": "Historical",
    "garch": "GARCH",
}
BASELINES_TOLD = (
    "Naive: random walk with the volatility of 252 sessions. EWMA: the same, exponentially weighted. Historical: "
    "historical simulation over two years."
)
SHOWN_STEPS = (1, 5, 10, 15, 20, 25, 30)


def record_title(record: Record) -> str:
    """Which forecasts, in a few words."""
    kind = "hindcast" if record.kind == "hindcast" else "live forecast"
    first, last = record.first_date, record.last_date
    span = f"{first}" if first == last else f"{first} to {last}"
    return f"{plural(record.vintages, kind)}, {span}"


def record_figures(record: Record, outcomes: StepOutcomes | None, source: str) -> Iterator[Figure]:
    """By horizon when there is a loss to compare; outcome by outcome when there are several forecasts."""
    where = f"{source}; {record_title(record)}"
    if record.overall.naive.gain is not None:
        yield loss_figure(record, where)
    yield coverage_figure(record, where)
    if outcomes is not None and len(outcomes.of(record)) > 1:
        yield outcomes_figure(outcomes, record, where)


def record_key_figures(record: Record) -> tuple[KeyFigure, ...]:
    """The record over all horizons, beside the naive baseline's."""
    group, overall, naive = (
        f"Track record: {record_title(record)}",
        record.overall,
        record.overall.naive,
    )
    interval = record.gain_interval
    chance = (
        UNKNOWN
        if interval is None
        else f"{percent(interval.low, digits=1)} to {percent(interval.high, digits=1)}"
    )
    direction = overall.direction
    hits = (
        "none claimed"
        if direction.hit_rate is None
        else f"{percent(direction.hit_rate, digits=1, signed=False)} of {count(direction.claims)}"
    )
    return (
        KeyFigure(
            "loss", "Pinball loss, thousandths", thousandths(overall.pinball_loss),
            thousandths(naive.pinball_loss), group,
        ),
        KeyFigure("gain", "Loss saved against the naive baseline", percent(naive.gain, digits=1), "", group),
        KeyFigure("gain_interval", "The same, 95% interval", chance, "", group),
        KeyFigure(
            "record_error", "Mean error of the median", percent(overall.percentage_error, signed=False),
            percent(overall.naive_percentage_error, signed=False), group,
        ),
        KeyFigure("mase", "MASE", number(overall.mase, digits=3), "1.000", group),
        KeyFigure(
            "coverage_80", "Inside the 80% interval", share(overall.coverage_80), share(naive.coverage_80), group
        ),
        KeyFigure(
            "coverage_95", "Inside the 95% interval", share(overall.coverage_95), share(naive.coverage_95), group
        ),
        KeyFigure("hits", "Direction right", hits, "", group),
    )  # fmt: skip


def record_tables(record: Record) -> tuple[Table, ...]:
    return horizon_table(record), baseline_table(record)


def horizon_table(record: Record) -> Table:
    scores = [score for score in record.by_step if score.step in SHOWN_STEPS and score.outcomes]

    def row(score: Score) -> tuple[str, ...]:
        return (
            "all" if score.step is None else count(score.step),
            count(score.outcomes),
            percent(score.percentage_error, signed=False),
            percent(score.naive_percentage_error, signed=False),
            percent(score.naive.gain, digits=1),
            share(score.coverage_80),
            share(score.coverage_95),
        )

    return Table(
        id="record",
        title="Track record by horizon",
        columns=(
            Column("Ahead"),
            Column("Outcomes"),
            Column("Error"),
            Column("Naive error"),
            Column("Loss saved"),
            Column("Inside 80%"),
            Column("Inside 95%"),
        ),
        rows=tuple(row(score) for score in (*scores, record.overall)),
        note=(
            f"{record_title(record)}. Error: of the median, in percent of the actual close. Loss saved: of the naive "
            "baseline's pinball loss."
        ),
    )


def baseline_table(record: Record) -> Table:
    overall = record.overall
    return Table(
        id="baselines",
        title="Against each baseline",
        columns=(
            Column("Method", "text"),
            Column("Outcomes"),
            Column("Loss, thousandths"),
            Column("Model saved"),
            Column("Inside 80%"),
            Column("Inside 95%"),
        ),
        rows=(
            (
                "Model",
                count(overall.outcomes),
                thousandths(overall.pinball_loss),
                "",
                share(overall.coverage_80),
                share(overall.coverage_95),
            ),
            *(
                (
                    BASELINE_LABELS.get(name, name),
                    count(baseline.outcomes),
                    thousandths(baseline.pinball_loss),
                    percent(baseline.gain, digits=1),
                    share(baseline.coverage_80),
                    share(baseline.coverage_95),
                )
                for name, baseline in overall.baselines.items()
            ),
        ),
        note=f"{BASELINES_TOLD} GARCH(1,1) is compared on the held-out years only.",
    )


def held_out_table(card: ModelCard) -> Table | None:
    """How the model did on symbols and years no part of its fit had seen."""
    table = card.held_out
    if table is None or not table.scores:
        return None
    names = tuple(table.scores[0].gain)
    return Table(
        id="held-out",
        title="The model on held-out symbols and years",
        columns=(
            Column("Ahead"),
            *(Column(BASELINE_LABELS.get(name, name)) for name in names),
            Column("Inside 80%"),
            Column("Inside 95%"),
        ),
        rows=tuple(
            (
                "all" if score.step is None else count(score.step),
                *(percent(score.gain.get(name), digits=1) for name in names),
                share(score.coverage_80),
                share(score.coverage_95),
            )
            for score in table.scores
            if score.step is None or score.step in SHOWN_STEPS
        ),
        note=(
            f"Share of each method's pinball loss that the model saved, from {count(table.origins)} origins, "
            f"{table.first_date} to {table.last_date}. {BASELINES_TOLD}"
        ),
    )


def card_facts(card: ModelCard) -> Iterator[Fact]:
    """What the model's own card adds to the answer of the forecast."""
    if card.trained_from is not None:
        yield Fact("Trained from", card.trained_from.isoformat())
    if card.training_data:
        yield Fact("Training data", card.training_data)
        yield Fact("SHA-256 of the training data", card.training_data_sha256)
    if card.scikit_learn_version:
        yield Fact("scikit-learn", card.scikit_learn_version)
    if card.features:
        yield Fact("Features", ", ".join(card.features))
    if card.held_out is not None and card.held_out.protocol:
        yield Fact("How it was scored", card.held_out.protocol)
    if card.notes:
        yield Fact("Notes", " ".join(card.notes))


def left_out_findings(scorecard: Scorecard) -> Iterator[Finding]:
    left_out = scorecard.left_out
    if left_out.in_sample:
        yield Finding(
            "in_sample_left_out",
            "info",
            f"{plural(left_out.in_sample, 'stored forecast')} of this symbol in sample: left out of the track record.",
        )
    if not scorecard.records:
        yield Finding(
            "no_record",
            "info",
            "No stored forecast of this symbol has been scored yet. Hindcasts fill the track record at once: POST "
            "/ai_prediction with `hindcasts`, or the form of the Forecast page.",
        )


def thousandths(loss: float | None) -> str:
    """A loss is some thousandths of a log return."""
    return UNKNOWN if loss is None else number(1000.0 * loss)


def share(value: float | None) -> str:
    return percent(value, digits=1, signed=False)
