"""What the scorecard and the model card add to the report of a forecast."""

import pytest

from barline_reports.document import Document, Table
from barline_reports.errors import AnswerNotUnderstood
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.schemas import read_forecast, read_model_card, read_scorecard

from .report_samples import Bars, Json, encoded, forecast_answer
from .scorecard_samples import model_card, record, score, scorecard_answer


def report(bars: Bars, *records: Json, in_sample: int = 0) -> Document:
    body = encoded(forecast_answer(bars, include=("history",)))
    scorecard = read_scorecard(encoded(scorecard_answer(bars, *records, in_sample=in_sample)))
    track = TrackRecord(None, "Too short.", scorecard, read_model_card(encoded(model_card())))
    return prediction_document(read_forecast(body), track, body)


def table(document: Document, id_: str) -> Table:
    return next(one for one in document.tables if one.id == id_)


def keys(document: Document) -> dict[str, tuple[str, str]]:
    return {figure.id: (figure.value, figure.benchmark) for figure in document.key_figures}


def test_the_record_stands_beside_the_naive_baseline(msft: Bars) -> None:
    found = keys(report(msft, record()))
    assert found["gain"] == ("+2.0%", "")
    assert found["gain_interval"] == ("\u22121.0% to +5.0%", "")
    assert found["mase"] == ("1.000", "1.000")
    assert found["coverage_80"] == ("75.2%", "79.0%")
    assert found["hits"] == ("none claimed", "")


def test_a_live_record_goes_before_hindcasts(msft: Bars) -> None:
    document = report(msft, record(), record("live", vintages=3))
    assert "3 live forecasts, 2012-01-03 to 2012-12-31" in table(document, "record").note


def test_the_record_of_another_model_is_not_this_ones(msft: Bars) -> None:
    document = report(msft, record() | {"model_version": "0"})
    assert "gain" not in keys(document)
    assert [one.id for one in document.tables] == ["steps", "held-out"]


def test_error_and_coverage_are_told_by_horizon(msft: Bars) -> None:
    document = report(msft, record())
    rows = table(document, "record").rows
    assert [row[0] for row in rows] == ["1", "5", "10", "15", "20", "25", "30", "all"]
    assert rows[0][1:] == ("12", "0.40%", "0.40%", "+2.0%", "79.6%", "94.8%")
    figures = {figure.id: figure for figure in document.figures}
    assert {"losses", "coverage", "outcomes"} <= set(figures)
    (model,) = [t for t in figures["losses"].spec["data"] if t.get("name") == "Model"]
    assert model["y"] == pytest.approx([0.98] * 30)
    promised = [trace["y"][0] for trace in figures["coverage"].spec["data"][:2]]
    assert promised == [0.95, 0.8]


def test_every_stored_forecast_stands_beside_what_came(msft: Bars) -> None:
    (figure,) = [one for one in report(msft, record()).figures if one.id == "outcomes"]
    actual = figure.spec["data"][-1]
    places = range(len(msft.date) - 120, len(msft.date) - 20, 10)
    moves = [msft.close[place + 10] / msft.close[place] - 1 for place in places]
    assert actual["y"] == pytest.approx(moves)
    assert actual["x"] == [msft.date[place + 10] for place in places]


def test_each_baseline_has_its_line(msft: Bars) -> None:
    rows = table(report(msft, record()), "baselines").rows
    assert [row[0] for row in rows] == [
        "Model",
        "Naive baseline",
        "EWMA",
        "Historical",
    ]


def test_the_model_card_tells_its_held_out_scores(msft: Bars) -> None:
    document = report(msft, record())
    held_out = table(document, "held-out")
    assert [row[0] for row in held_out.rows] == ["all", "1", "30"]
    assert held_out.rows[0][1:5] == ("+1.9%", "+1.9%", "+3.3%", "+0.4%")
    facts = {fact.label: fact.value for fact in document.parameters}
    assert facts["Features"] == "log_volatility_252, volatility_5, drawdown_252"
    assert "survived" in facts["Training data"]


def test_nothing_scored_says_how_to_get_a_record(msft: Bars) -> None:
    document = report(msft, in_sample=3)
    messages = {finding.id: finding.message for finding in document.findings}
    assert messages["in_sample_left_out"].startswith("3 stored forecasts of this symbol in sample")
    assert "Hindcasts fill the track record" in messages["no_record"]


def test_what_is_undefined_is_written_so(msft: Bars) -> None:
    """A price that never moved: no loss to compare with, and no figure of it."""
    flat = record()
    for one in (flat["overall"], *flat["by_step"]):
        one |= {"mase": None, "pinball_loss": 0.0}
        for baseline in one["baselines"].values():
            baseline |= {"gain": None, "pinball_loss": 0.0}
    document = report(msft, flat | {"gain_interval": None})
    assert keys(document)["mase"][0] == keys(document)["gain_interval"][0] == "n/a"
    assert "losses" not in [figure.id for figure in document.figures]


def test_steps_nobody_has_met_yet_are_left_out(msft: Bars) -> None:
    young = record("live", vintages=2)
    empty = score(9, 0)
    for name, value in empty.items():
        if isinstance(value, float):
            empty[name] = None
    young["by_step"] = [*young["by_step"][:4], *(empty | {"step": s} for s in range(5, 31))]
    rows = table(report(msft, young), "record").rows
    assert [row[0] for row in rows] == ["1", "all"]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"records": 7}'])
def test_an_answer_in_another_shape_is_a_problem(body: bytes) -> None:
    with pytest.raises(AnswerNotUnderstood):
        read_scorecard(body)
    with pytest.raises(AnswerNotUnderstood):
        read_model_card(body)
