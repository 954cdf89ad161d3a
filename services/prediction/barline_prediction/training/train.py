"""One training run from data to bytes, on one thread: the order in which threads add up would decide the last bits."""

from collections.abc import Mapping
from datetime import date

from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

from barline_prediction.manifest import Manifest
from barline_prediction.training.dataset import Panel
from barline_prediction.training.evaluation import BASELINES, Baseline, evaluate
from barline_prediction.training.fitting import fit_model
from barline_prediction.training.publishing import describe, held_out_table, serialised


def train(
    panel: Panel, version: str, through: date, baselines: Mapping[str, Baseline] = BASELINES
) -> tuple[bytes, Manifest]:
    """A model of every symbol of `panel` up to `through`, serialised, and its manifest with the held-out table."""
    with threadpool_limits(limits=1):
        content = serialised(fit_model(panel, panel.symbols, through))
        held_out = held_out_table(panel, evaluate(panel, through, baselines))
    return content, describe(version, content, panel, through, held_out)
