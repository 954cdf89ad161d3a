"""The scorecard: what stored forecasts amount to, by model version, live and hindcast kept apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from barline_prediction.chance import Interval, gain_interval
from barline_prediction.intervals import STEPS
from barline_prediction.outcomes import NAIVE, Met
from barline_prediction.scores import Score, Scored
from barline_prediction.scoring import pinball_loss


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the forecasts of one model version and kind beat the naive baseline: all that a verdict rests on.

    `gain` is the share of the naive baseline's pinball loss that the model saved, None where that loss is zero.
    """

    model_version: str
    hindcast: bool
    vintages: int
    gain: float | None
    gain_interval: Interval | None

    @property
    def beats_naive(self) -> bool | None:
        """Whether the loss is lower by more than chance; None while that cannot be told."""
        if self.gain is None:
            return None
        if self.gain <= 0.0:
            return False
        return None if self.gain_interval is None else self.gain_interval.low > 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """All scored vintages of one model version and kind, over all steps and by step."""

    standing: Standing
    first_date: date
    last_date: date
    overall: Score
    by_step: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Vintages that count in no score, and why."""

    in_sample: int
    remade: int
    not_met_yet: int


def counted(met: Met) -> tuple[Met, LeftOut]:
    """The vintages that count: out of sample, the first of their date, with an outcome; and how many do not."""
    first, seen = met.ledger.first_made(), met.ledger.in_sample
    has_outcome = met.known.any(axis=1)
    left_out = LeftOut(
        in_sample=int((seen & first).sum()),
        remade=int((~first).sum()),
        not_met_yet=int((first & ~seen & ~has_outcome).sum()),
    )
    return met.where(first & ~seen & has_outcome), left_out


def kinds(met: Met) -> Iterator[Met]:
    """The vintages of each model version, live before hindcast; `met` has counted vintages only."""
    for version in sorted(set(met.ledger.model_version.tolist())):
        for hindcast in (False, True):
            chosen = (met.ledger.model_version == version) & (met.ledger.hindcast == hindcast)
            if chosen.any():
                yield met.where(chosen)


def standing_of(met: Met) -> Standing:
    """Of vintages of one model version and kind."""
    ledger, moved, known = met.ledger, met.log_return(), met.known
    ours, theirs = (np.zeros(moved.shape) for _ in range(2))
    naive = met.baseline_quantiles[NAIVE]
    ours[known] = pinball_loss(moved[known], met.log_quantiles(ledger.quantiles)[known])
    theirs[known] = pinball_loss(moved[known], naive[known])
    lost, naively = float(ours.sum()), float(theirs.sum())
    return Standing(
        model_version=str(ledger.model_version[0]),
        hindcast=bool(ledger.hindcast[0]),
        vintages=len(ledger),
        gain=1.0 - lost / naively if naively > 0.0 else None,
        gain_interval=gain_interval(
            ours.sum(axis=1), theirs.sum(axis=1), ledger.last_date.astype(np.int64)
        ),
    )


def record_of(met: Met) -> Record:
    """Of vintages of one model version and kind."""
    scored = Scored.of(met)
    return Record(
        standing=standing_of(met),
        first_date=met.ledger.last_date[0].item(),
        last_date=met.ledger.last_date[-1].item(),
        overall=scored.score(None),
        by_step=tuple(scored.score(step) for step in range(1, STEPS + 1)),
    )
