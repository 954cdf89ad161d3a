"""Makes the report document of a forecast from the prediction service's answers."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from barline_reports.document import Document, Fact, Figure, Finding, Table
from barline_reports.figures.forecast import fan_figure
from barline_reports.figures.track import error_figure, mean_error, mean_naive_error, track_figure
from barline_reports.forecast_result import HINDCAST_SESSIONS, ForecastResult, Outcome, outcomes
from barline_reports.formats import percent, plural, price, price_digits
from barline_reports.palette import DARK_PARTNERS
from barline_reports.prediction_metrics import outlook, score
from barline_reports.prediction_record import (
    card_facts,
    held_out_table,
    left_out_findings,
    record_figures,
    record_key_figures,
    record_tables,
)
from barline_reports.prediction_tables import outcome_table, step_table
from barline_reports.scorecard_result import ModelCard, Record, Scorecard


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """The forecast made thirty sessions earlier, or the reason why there is none; and what is known of all others."""

    hindcast: ForecastResult | None
    missing: str = ""
    scorecard: Scorecard | None = None
    card: ModelCard | None = None

    def record(self, forecast: ForecastResult) -> Record | None:
        """How the forecasts of this model and symbol turned out."""
        if self.scorecard is None:
            return None
        return self.scorecard.record_of(forecast.model.version)


def prediction_document(forecast: ForecastResult, track: TrackRecord, answer: bytes) -> Document:
    """The report on `forecast`, which was read from `answer`: the bytes that are attached to the PDF."""
    known = outcomes(track.hindcast) if track.hindcast else []
    record = track.record(forecast)
    recorded = record_key_figures(record) if record else ()
    first, last = forecast.predictions[0], forecast.predictions[-1]
    return Document(
        kind="prediction",
        symbol=forecast.symbol,
        title=f"Forecast of {forecast.symbol}",
        subtitle=(
            f"The next {plural(len(forecast.predictions), 'session')}, {first.date} to {last.date}, from the close "
            f"of {forecast.based_on.last_date}."
        ),
        identity=f"Vintage {forecast.vintage_id}",
        subject_id=forecast.vintage_id,
        summary=summary(forecast, known),
        value_label="Model",
        benchmark_label="Naive baseline",
        key_figures=(*outlook(forecast), *score(known), *recorded),
        findings=findings(forecast, track),
        figures=figures(forecast, track, known),
        tables=tuple(tables(forecast, track, known)),
        parameters=(*model_card(forecast), *(card_facts(track.card) if track.card else ())),
        certificate=certificate(forecast, track, answer),
        palette=DARK_PARTNERS,
        data_through=forecast.based_on.last_date,
    )


def summary(forecast: ForecastResult, known: list[Outcome]) -> tuple[str, ...]:
    """The verdict first, then the forecast and its record in sentences."""
    last = forecast.predictions[-1]
    digits = price_digits([last.lower_95])
    expected = (
        f"After {plural(len(forecast.predictions), 'session')}, 80 of 100 outcomes are expected between "
        f"{price(last.lower_80, digits)} and {price(last.upper_80, digits)}; the last close is "
        f"{price(forecast.based_on.last_close, digits)}."
    )
    sentences = (forecast.verdict or "", expected, record_sentence(known))
    return tuple(sentence for sentence in sentences if sentence)


def record_sentence(known: list[Outcome]) -> str:
    """How the forecast of thirty sessions ago did; one path proves nothing, and the sentence says so."""
    model, naive = mean_error(known), mean_naive_error(known)
    if model is None or naive is None:
        return ""
    if abs(model - naive) < 5e-5:
        compared = "as far off as the naive baseline"
    elif model < naive:
        compared = f"nearer than the naive baseline ({percent(naive, signed=False)})"
    else:
        compared = f"further off than the naive baseline ({percent(naive, signed=False)})"
    return (
        f"The forecast made {HINDCAST_SESSIONS} sessions earlier was off by {percent(model, signed=False)} on average, "
        f"{compared}. One such path is no proof either way."
    )


def findings(forecast: ForecastResult, track: TrackRecord) -> tuple[Finding, ...]:
    found: list[Finding] = []
    if forecast.in_sample:
        found.append(
            Finding(
                "in_sample",
                "warning",
                "The model was trained on this symbol or on this time, so this forecast is no test of it and stays out "
                "of the verdict and the scorecard.",
            )
        )
    if forecast.hindcast:
        found.append(
            Finding(
                "hindcast",
                "info",
                f"This is a hindcast: it was made later, from the bars up to {forecast.based_on.last_date} only.",
            )
        )
    if track.hindcast is not None and track.hindcast.in_sample and not forecast.in_sample:
        found.append(
            Finding(
                "hindcast_in_sample",
                "warning",
                "The forecast of thirty sessions ago is in sample: no test.",
            )
        )
    if track.missing:
        found.append(Finding("no_track_record", "info", track.missing))
    return (*found, *(left_out_findings(track.scorecard) if track.scorecard else ()))


def figures(
    forecast: ForecastResult, track: TrackRecord, known: list[Outcome]
) -> tuple[Figure, ...]:
    source = source_of(forecast)
    drawn = [fan_figure(forecast, source)]
    if track.hindcast is not None:
        drawn.append(track_figure(track.hindcast, source_of(track.hindcast)))
    if track.hindcast is not None and known:
        drawn.append(error_figure(track.hindcast, source_of(track.hindcast)))
    record = track.record(forecast)
    if record is not None and track.scorecard is not None:
        drawn += record_figures(record, track.scorecard.outcomes, source)
    return tuple(drawn)


def tables(forecast: ForecastResult, track: TrackRecord, known: list[Outcome]) -> Iterator[Table]:
    """The track record first: it says what the forecast under it is worth."""
    record = track.record(forecast)
    if record is not None:
        yield from record_tables(record)
    yield step_table(forecast)
    if known:
        yield outcome_table(known)
    held_out = held_out_table(track.card) if track.card else None
    if held_out is not None:
        yield held_out


def source_of(forecast: ForecastResult) -> str:
    return (
        f"{forecast.symbol}, closes up to {forecast.based_on.last_date}; model {forecast.model.name} "
        f"{forecast.model.version}"
    )


def model_card(forecast: ForecastResult) -> tuple[Fact, ...]:
    model = forecast.model
    symbols = ", ".join(model.training_symbols) or "not stated"
    through = model.trained_through.isoformat() if model.trained_through else "not stated"
    return (
        Fact("Model", f"{model.name} {model.version}"),
        Fact("SHA-256 of the model", model.sha256),
        Fact("Trained through", through),
        Fact("Training symbols", symbols),
        Fact("In sample here", "yes" if forecast.in_sample else "no"),
    )


def certificate(forecast: ForecastResult, track: TrackRecord, answer: bytes) -> tuple[Fact, ...]:
    facts = [
        Fact("Vintage", forecast.vintage_id),
        Fact("Made at", forecast.made_at),
        Fact(
            "Last bar used",
            f"{forecast.based_on.last_date}, close {price(forecast.based_on.last_close)}",
        ),
        Fact("Data version", forecast.based_on.data_version),
    ]
    if track.hindcast is not None:
        facts.append(Fact("Vintage of the hindcast", track.hindcast.vintage_id))
    facts.append(Fact("SHA-256 of the JSON result", hashlib.sha256(answer).hexdigest()))
    return tuple(facts)
