"""Writes a trained model as a pickle of scikit-learn and numpy objects only, with its manifest beside it."""

import hashlib
import io
import json
import platform
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import joblib
import sklearn

from barline_prediction.artefact import model_file
from barline_prediction.features import FEATURES
from barline_prediction.intervals import STEPS
from barline_prediction.manifest import HeldOutScore, HeldOutTable, Manifest
from barline_prediction.model import ForecastModel
from barline_prediction.pins import MODEL_NAME
from barline_prediction.training.dataset import SOURCE, Panel
from barline_prediction.training.evaluation import (
    BLOCK_SESSIONS,
    EMBARGO_SESSIONS,
    FOLDS,
    STRIDE,
    HeldOut,
)
from barline_prediction.training.fitting import SEED

DECIMALS = 6
NOTES = (
    "The median is the last close at every step and the intervals are symmetric in log returns.",
    "No drift is learnt: that of the training symbols is the drift of companies which survived.",
    "Inputs are closes adjusted for splits and dividends; volumes and dates are not used.",
    "The symbols scored share market-wide moves, so the gain intervals resample blocks of time.",
    "There is no drift term to leave out: the table is the one without drift.",
    "The training symbols survived to 2022; companies that failed fell further than any of them.",
    "The held-out years were looked at while features and form were chosen (training/LOG.md), so the scores flatter.",
    "Knowing the volatility of the coming 30 sessions would have gained 6 % on GARCH in 2012 to 2022.",
)


def serialised(model: ForecastModel) -> bytes:
    """The model's parts; uncompressed, because compressors differ between machines."""
    parts = {
        "regression": model.regression,
        "feature_low": model.feature_low,
        "feature_high": model.feature_high,
        "half_width_80": model.half_width_80,
        "half_width_95": model.half_width_95,
    }
    buffer = io.BytesIO()
    joblib.dump(parts, buffer)
    return buffer.getvalue()


def held_out_table(panel: Panel, held_out: HeldOut) -> HeldOutTable:
    """The evaluation as the model card shows it."""
    scores = [held_out.score(), *(held_out.score(step) for step in range(1, STEPS + 1))]
    return HeldOutTable(
        protocol=(
            f"{FOLDS} folds of symbols: each is scored by a model fitted to the others up to trained_through, at every "
            f"{STRIDE}th session from {EMBARGO_SESSIONS} sessions later on; pinball loss at 2.5, 10, 50, 90 and 97.5 % "
            f"of log returns; gain intervals by moving blocks of {BLOCK_SESSIONS} sessions"
        ),
        first_date=panel.dates[held_out.positions[0]].item(),
        last_date=panel.dates[held_out.positions[-1]].item(),
        origins=held_out.origins,
        gain_interval={
            name: _rounded_pair(held_out.gain_interval(name, SEED))
            for name in held_out.baseline_loss
        },
        scores=tuple(_rounded(score) for score in scores),
    )


def describe(
    version: str, content: bytes, panel: Panel, through: date, held_out: HeldOutTable
) -> Manifest:
    """The manifest of a model trained on every symbol of `panel` up to `through`."""
    return Manifest(
        name=MODEL_NAME,
        version=version,
        sha256=hashlib.sha256(content).hexdigest(),
        python_version=platform.python_version(),
        scikit_learn_version=sklearn.__version__,
        features=FEATURES,
        training_data=SOURCE,
        training_data_sha256=panel.digest(),
        training_symbols=panel.symbols,
        trained_from=panel.dates[0].item(),
        trained_through=panel.dates[panel.position_after(through) - 1].item(),
        seed=SEED,
        notes=NOTES,
        held_out=held_out,
    )


def publish(folder: Path, content: bytes, manifest: Manifest) -> Path:
    """Write both files. Raises FileExistsError when the version is there already with other bytes."""
    path = model_file(folder, manifest.version)
    if path.exists() and path.read_bytes() != content:
        raise FileExistsError(
            f"{path.name} exists and differs: a version never changes. Give a new one with --version."
        )
    path.write_bytes(content)
    path.with_suffix(".json").write_text(json.dumps(manifest.document(), indent=1) + "\n")
    return path


def _rounded(score: HeldOutScore) -> HeldOutScore:
    gain: Mapping[str, float] = {name: round(value, DECIMALS) for name, value in score.gain.items()}
    return replace(
        score,
        loss=round(score.loss, 2 * DECIMALS),
        gain=gain,
        coverage_80=round(score.coverage_80, DECIMALS),
        coverage_95=round(score.coverage_95, DECIMALS),
    )


def _rounded_pair(pair: tuple[float, float]) -> tuple[float, float]:
    low, high = pair
    return round(low, DECIMALS), round(high, DECIMALS)
