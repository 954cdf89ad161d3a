"""Training: the same data give the same bytes, whatever the process, and nothing after its last date is used."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from barline_prediction.artefact import load_model
from barline_prediction.baselines import ewma, random_walk
from barline_prediction.intervals import STEPS
from barline_prediction.manifest import Manifest
from barline_prediction.model import forecast
from barline_prediction.training.dataset import Panel
from barline_prediction.training.evaluation import evaluate
from barline_prediction.training.fitting import examples, fit_model, half_widths
from barline_prediction.training.garch import _cumulated_variance
from barline_prediction.training.publishing import publish
from barline_prediction.training.train import train

from .stored_bars import recent_sessions, wandering

SYMBOLS = ("AA", "BB", "CC", "DD", "EE", "FF")
SESSIONS = 1000
BASELINES = {"random_walk": random_walk, "ewma": ewma}

# Imports nothing of the tests, so that it runs in an interpreter of its own.
IN_ANOTHER_PROCESS = """
import sys
import numpy as np
from datetime import date
from barline_prediction.training.dataset import Panel
from barline_prediction.training.train import train
from barline_prediction.baselines import ewma, random_walk

saved = np.load(sys.argv[1])
panel = Panel(tuple(saved["symbols"].tolist()), saved["dates"], saved["closes"])
content, manifest = train(
    panel, "9", date.fromisoformat(sys.argv[2]), {"random_walk": random_walk, "ewma": ewma}
)
print(manifest.sha256)
print(repr(manifest.held_out))
"""


@pytest.fixture(scope="module")
def panel() -> Panel:
    """Six walks of different wildness."""
    closes = [wandering(SESSIONS, daily=0.01 + 0.004 * seed, seed=seed) for seed in range(6)]
    dates = np.array(recent_sessions(SESSIONS), dtype="datetime64[D]")
    return Panel(SYMBOLS, dates, np.stack(closes, axis=1))


@pytest.fixture(scope="module")
def through(panel: Panel) -> date:
    last: date = panel.dates[700].item()
    return last


@pytest.fixture(scope="module")
def trained(panel: Panel, through: date) -> tuple[bytes, Manifest]:
    return train(panel, "9", through, BASELINES)


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        {"PYTHONHASHSEED": "2", "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"},
    ],
)
def test_another_process_with_other_threads_makes_the_same_bytes(
    panel: Panel,
    through: date,
    trained: tuple[bytes, Manifest],
    tmp_path: Path,
    environment: Mapping[str, str],
) -> None:
    saved = tmp_path / "panel.npz"
    np.savez(saved, symbols=np.array(panel.symbols), dates=panel.dates, closes=panel.closes)
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, str(saved), through.isoformat()],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    _, manifest = trained
    assert done.stdout.splitlines() == [manifest.sha256, repr(manifest.held_out)]


def test_closes_after_the_last_date_of_training_change_nothing(
    panel: Panel, through: date, trained: tuple[bytes, Manifest]
) -> None:
    content, _ = trained
    changed = panel.closes.copy()
    changed[701:] *= 2.0
    again, _ = train(replace(panel, closes=changed), "9", through, BASELINES)
    assert again == content
    changed[690] *= 1.01
    other, _ = train(replace(panel, closes=changed), "9", through, BASELINES)
    assert other != content


def test_the_last_outcome_trained_on_ends_with_the_data() -> None:
    closes = wandering(400)
    rows = examples(closes, stride=1)
    assert len(rows.inputs) == 400 - 260 - STEPS
    assert rows.future_return[-1, -1] == pytest.approx(np.log(closes[399] / closes[369]))
    moves = np.diff(np.log(closes))[369:372]
    expected = np.sqrt((moves**2).mean())
    assert rows.future_volatility[-1, 2] == pytest.approx(expected)


def test_each_return_counts_as_much_as_its_scale_in_the_width_of_the_intervals() -> None:
    """One return of scale 9 among nine of scale 1: half of the weight lies on it, so both quantiles do."""
    standardised = np.repeat(np.append(np.arange(1.0, 10.0), 50.0)[:, np.newaxis], STEPS, axis=1)
    scale = np.repeat(np.append(np.ones(9), 9.0)[:, np.newaxis], STEPS, axis=1)
    np.testing.assert_array_equal(half_widths(standardised, scale), 50.0)
    equal = half_widths(standardised, np.ones_like(scale))
    np.testing.assert_array_equal(equal[:, 0], [8.0, 50.0])


def test_intervals_of_true_random_walks_cover_what_they_promise(
    panel: Panel, through: date
) -> None:
    model = fit_model(panel, SYMBOLS, through)
    inside = []
    for seed in range(100, 140):
        closes = wandering(700, daily=0.02, seed=seed)
        quantiles = forecast(model, closes, np.array([660]))[0]
        happened = np.log(closes[661:691] / closes[660])
        inside.append((quantiles[:, 0] <= happened) & (happened <= quantiles[:, 4]))
    assert 0.88 < np.mean(inside) <= 1.0


def test_a_symbol_is_scored_by_a_model_that_has_not_seen_it(panel: Panel, through: date) -> None:
    """What happens to a symbol in the training years moves the scores of the others, not through its own model."""
    column = SYMBOLS.index("AA")
    changed = panel.closes.copy()
    changed[:400, column] *= np.exp(0.2 * np.sin(np.arange(400)))
    before = evaluate(panel, through, BASELINES)
    after = evaluate(replace(panel, closes=changed), through, BASELINES)
    same_fold = SYMBOLS.index("FF")  # held out together with AA
    np.testing.assert_array_equal(before.loss[same_fold], after.loss[same_fold])
    assert (before.loss[1] != after.loss[1]).any()


def test_the_manifest_describes_what_was_trained(
    panel: Panel, through: date, trained: tuple[bytes, Manifest]
) -> None:
    content, manifest = trained
    assert manifest.sha256 == hashlib.sha256(content).hexdigest()
    assert manifest.training_symbols == SYMBOLS
    assert manifest.trained_through == through
    assert manifest.training_data_sha256 == panel.digest()
    assert set(manifest.held_out.gain_interval) == set(BASELINES)
    assert (
        manifest.held_out.first_date == panel.dates[731].item()
    )  # after an embargo of 30 sessions


def test_the_variance_of_garch_returns_to_its_long_run_value() -> None:
    """Against the recursion written out: h(1) from the last move, then h(k) = constant + persistence * h(k - 1)."""
    window = np.array([0.5, -1.0, 2.0])
    filtered = float(window.var())
    for move in window:
        filtered = 0.1 + 0.2 * move**2 + 0.7 * filtered
    expected, total = [], 0.0
    for _ in range(STEPS):
        total += filtered
        expected.append(total)
        filtered = 0.1 + 0.9 * filtered
    found = _cumulated_variance(window, constant=0.1, reaction=0.2, memory=0.7)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_digest_notices_any_change_of_the_data(panel: Panel) -> None:
    changed = panel.closes.copy()
    changed[5, 2] += 1e-9
    digests = {
        panel.digest(),
        replace(panel, closes=changed).digest(),
        replace(panel, symbols=SYMBOLS[::-1]).digest(),
        replace(panel, dates=panel.dates + 1).digest(),
    }
    assert len(digests) == 4


def test_a_published_model_can_be_served_and_never_changes(
    trained: tuple[bytes, Manifest], tmp_path: Path
) -> None:
    content, manifest = trained
    path = publish(tmp_path, content, manifest)
    assert json.loads(path.with_suffix(".json").read_text())["sha256"] == manifest.sha256
    assert load_model("9", tmp_path, {"9": manifest.sha256}).manifest == manifest
    publish(tmp_path, content, manifest)
    with pytest.raises(FileExistsError, match="a version never changes"):
        publish(tmp_path, content + b" ", manifest)
