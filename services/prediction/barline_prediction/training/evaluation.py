"""The held-out table: the model against its baselines on symbols and years that no part of the fit has seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_prediction.baselines import ewma, historical_simulation, random_walk
from barline_prediction.intervals import STEPS, Floats, Integers
from barline_prediction.manifest import HeldOutScore
from barline_prediction.model import forecast
from barline_prediction.scoring import inside_80, inside_95, pinball_loss
from barline_prediction.training.dataset import Panel
from barline_prediction.training.fitting import fit_model, outcomes
from barline_prediction.training.garch import garch, garch_expanding

FOLDS = 5
STRIDE = 5
EMBARGO_SESSIONS = 30  # between the last outcome trained on and the first origin scored
BLOCK_SESSIONS = 63  # longer than the overlap of two forecasts and than most storms
RESAMPLES = 2000

Baseline = Callable[[Floats, Integers], Floats]
BASELINES: Mapping[str, Baseline] = {
    "random_walk": random_walk,
    "ewma": ewma,
    "historical_simulation": historical_simulation,
    "garch": garch,
    "garch_expanding": garch_expanding,
}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Forecasts scored one by one: arrays of shape (symbols, origins, 30), and where in the panel the origins are."""

    positions: Integers
    loss: Floats
    baseline_loss: Mapping[str, Floats]
    in_80: Floats
    in_95: Floats

    @property
    def origins(self) -> int:
        return len(self.loss) * len(self.positions)

    def score(self, step: int | None = None) -> HeldOutScore:
        """Over all horizons, or at one of them (1..30)."""
        at = slice(None) if step is None else slice(step - 1, step)
        loss = float(self.loss[..., at].mean())
        gain = {
            name: 1.0 - loss / float(baseline[..., at].mean())
            for name, baseline in self.baseline_loss.items()
        }
        return HeldOutScore(
            step=step,
            loss=loss,
            gain=gain,
            coverage_80=float(self.in_80[..., at].mean()),
            coverage_95=float(self.in_95[..., at].mean()),
        )

    def gain_interval(self, baseline: str, seed: int) -> tuple[float, float]:
        """A 95 % interval of the gain over all horizons, by resampling blocks of time common to all symbols.

        Moving-block bootstrap (Künsch 1989) with blocks of 63 sessions.
        """
        ours = self.loss.mean(axis=(0, 2))
        theirs = self.baseline_loss[baseline].mean(axis=(0, 2))
        length = BLOCK_SESSIONS // STRIDE + 1
        blocks = -(-len(ours) // length)
        generator = np.random.default_rng(seed)
        starts = generator.integers(0, len(ours) - length + 1, size=(RESAMPLES, blocks))
        picked = (starts[..., np.newaxis] + np.arange(length)).reshape(RESAMPLES, -1)
        gains = 1.0 - ours[picked].mean(axis=1) / theirs[picked].mean(axis=1)
        low, high = np.quantile(gains, [0.025, 0.975])
        return float(low), float(high)


def evaluate(panel: Panel, through: date, baselines: Mapping[str, Baseline] = BASELINES) -> HeldOut:
    """Score each symbol after `through` with a model trained on other symbols up to `through`."""
    first = panel.position_after(through) + EMBARGO_SESSIONS
    origins = np.arange(first, len(panel.dates) - STEPS, STRIDE)
    parts: dict[str, HeldOut] = {}
    for fold in range(FOLDS):
        held_out = panel.symbols[fold::FOLDS]
        seen = [name for name in panel.symbols if name not in held_out]
        model = fit_model(panel, seen, through)
        for name in held_out:
            closes = panel.closes_of(name)
            parts[name] = scored(
                closes,
                origins,
                forecast(model, closes, origins),
                {label: make(closes, origins) for label, make in baselines.items()},
            )
    return joined([parts[name] for name in panel.symbols])


def scored(
    closes: Floats, origins: Integers, quantiles: Floats, baselines: Mapping[str, Floats]
) -> HeldOut:
    """One symbol's forecasts against what happened."""
    _, happened = outcomes(closes, origins)
    return HeldOut(
        positions=origins,
        loss=pinball_loss(happened, quantiles)[np.newaxis],
        baseline_loss={
            name: pinball_loss(happened, baseline)[np.newaxis]
            for name, baseline in baselines.items()
        },
        in_80=inside_80(happened, quantiles)[np.newaxis].astype(np.float64),
        in_95=inside_95(happened, quantiles)[np.newaxis].astype(np.float64),
    )


def joined(parts: Sequence[HeldOut]) -> HeldOut:
    return HeldOut(
        positions=parts[0].positions,
        loss=np.concatenate([part.loss for part in parts]),
        baseline_loss={
            name: np.concatenate([part.baseline_loss[name] for part in parts])
            for name in parts[0].baseline_loss
        },
        in_80=np.concatenate([part.in_80 for part in parts]),
        in_95=np.concatenate([part.in_95 for part in parts]),
    )
