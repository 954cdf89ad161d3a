"""The verdict says what is known, and first of all when nothing is."""

import json
from dataclasses import replace
from datetime import date

import pytest

from barline_prediction.artefact import LoadedModel
from barline_prediction.chance import Interval
from barline_prediction.manifest import HeldOutScore, Manifest, parse_manifest
from barline_prediction.pins import DEFAULT_VERSION
from barline_prediction.scorecard import Standing
from barline_prediction.verdict import verdict
from barline_prediction.vintage import is_in_sample


def say(manifest: Manifest, symbol: str = "IBM", **known: object) -> str:
    facts: dict[str, object] = {"in_sample": False, "records": (), "actions_known": True}
    return verdict(symbol, manifest, **(facts | known))


def standing(
    vintages: int,
    gain: float | None,
    interval: tuple[float, float] | None,
    *,
    hindcast: bool = False,
    version: str = DEFAULT_VERSION,
) -> Standing:
    bounds = None if interval is None else Interval(*interval)
    return Standing(version, hindcast, vintages, gain, bounds)


@pytest.fixture
def manifest(loaded: LoadedModel) -> Manifest:
    return loaded.manifest


def test_without_a_scored_vintage_it_says_exactly_that(manifest: Manifest) -> None:
    assert say(manifest).startswith("Not scored yet: no live forecast of IBM")
    other = standing(40, 0.03, (0.01, 0.05), version="0")
    assert say(manifest, records=[other]) == say(manifest)


def test_in_sample_says_why(manifest: Manifest) -> None:
    assert "its training data include AAPL" in say(manifest, "AAPL", in_sample=True)
    assert "trained on data up to 2011-12-30" in say(manifest, in_sample=True)


@pytest.mark.parametrize(
    ("gain", "interval", "words"),
    [
        (0.031, (0.004, 0.06), "3.1% lower than the naive baseline's: it has beaten it."),
        (0.031, (-0.01, 0.07), "which may be chance: it has not shown to be better."),
        (0.031, None, "too few or too near in time to tell from chance"),
        (-0.02, (-0.05, 0.01), "2.0% higher than the naive baseline's: it has not beaten it"),
        (-0.02, None, "it has not beaten it; use the naive interval."),
        (0.0, None, "was the same as the naive baseline's: it has not beaten it"),
        (None, None, "the price never moved"),
    ],
)
def test_a_record_is_put_plainly(
    manifest: Manifest, gain: float | None, interval: tuple[float, float] | None, words: str
) -> None:
    said = say(manifest, records=[standing(40, gain, interval)])
    assert said.startswith("Over 40 scored forecasts of IBM the model's pinball loss")
    assert words in said


def test_hindcasts_stand_in_until_a_live_forecast_is_scored(manifest: Manifest) -> None:
    past = standing(1, -0.02, None, hindcast=True)
    said = say(manifest, records=[past])
    assert said.startswith("Not scored yet: no live forecast of IBM by this model has met")
    assert "Over 1 hindcast of IBM, made later from the bars of their day, the model's" in said
    assert "it has not beaten it" in said
    live = standing(2, 0.01, None)
    assert "hindcast" not in say(manifest, records=[live, past])


def test_a_held_out_gain_that_may_be_chance_is_called_that(manifest: Manifest) -> None:
    gain = {"random_walk": 0.02, "garch": 0.003}
    table = replace(
        manifest.held_out,
        scores=(HeldOutScore(None, 0.01, gain, 0.8, 0.95),),
        gain_interval={"random_walk": (0.01, 0.03), "garch": (-0.002, 0.008)},
    )
    said = say(replace(manifest, held_out=table))
    assert "2.0% below that of a random walk" in said
    assert "0.3% below that of GARCH(1,1), the hardest to beat, which may be chance." in said
    worse = replace(table, scores=(HeldOutScore(None, 0.01, {"random_walk": -0.01}, 0.8, 0.95),))
    assert "1.0% above that of a random walk" in say(replace(manifest, held_out=worse))


def test_in_sample_means_its_symbol_or_its_years(manifest: Manifest) -> None:
    assert is_in_sample(manifest, "AAPL", date(2013, 3, 1))
    assert is_in_sample(manifest, "IBM", manifest.trained_through)
    assert not is_in_sample(manifest, "IBM", date(2012, 1, 3))


def test_a_manifest_survives_being_written_and_read(manifest: Manifest) -> None:

    assert parse_manifest(json.dumps(manifest.document())) == manifest
