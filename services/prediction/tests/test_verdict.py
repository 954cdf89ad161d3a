"""The verdict says what is known, and first of all when nothing is."""

import json
from dataclasses import replace
from datetime import date

import pytest

from barline_prediction.artefact import LoadedModel
from barline_prediction.manifest import HeldOutScore, Manifest, parse_manifest
from barline_prediction.verdict import Record, verdict
from barline_prediction.vintage import is_in_sample


def say(manifest: Manifest, symbol: str = "IBM", **known: object) -> str:
    facts: dict[str, object] = {"in_sample": False, "record": None, "actions_known": True}
    return verdict(symbol, manifest, **(facts | known))


@pytest.fixture
def manifest(loaded: LoadedModel) -> Manifest:
    return loaded.manifest


def test_without_a_scored_vintage_it_says_exactly_that(manifest: Manifest) -> None:
    assert say(manifest).startswith("Not scored yet: no live forecast of IBM")
    assert say(manifest, record=Record(0, 0.0, 0.0, 0.0)) == say(manifest)


def test_in_sample_says_why(manifest: Manifest) -> None:
    assert "its training data include AAPL" in say(manifest, "AAPL", in_sample=True)
    assert "trained on data up to 2011-12-30" in say(manifest, in_sample=True)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (Record(40, 0.031, 0.004, 0.06), "3.1% lower than the naive baseline's: it has beaten it."),
        (Record(40, 0.031, -0.01, 0.07), "which may be chance: it has not shown to be better."),
        (
            Record(40, -0.02, -0.05, 0.01),
            "2.0% higher than the naive baseline's: it has not beaten it",
        ),
    ],
)
def test_a_record_is_put_plainly(manifest: Manifest, record: Record, words: str) -> None:
    assert words in say(manifest, record=record)


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
