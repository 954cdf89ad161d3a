"""The model card: what a trained model says about itself, and without which its pickle is not opened."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class HeldOutScore:
    """The model against its baselines at one step (None: over all 30), on symbols and years it had not seen.

    `loss` is the mean pinball loss of the log return; a gain is the share of a baseline's loss that the model saves.
    """

    step: int | None
    loss: float
    gain: Mapping[str, float]
    coverage_80: float
    coverage_95: float


@dataclass(frozen=True, slots=True)
class HeldOutTable:
    """`gain_interval`: 95 % block-bootstrap bounds of each overall gain. Dates are those of the origins scored."""

    protocol: str
    first_date: date
    last_date: date
    origins: int
    gain_interval: Mapping[str, tuple[float, float]]
    scores: tuple[HeldOutScore, ...]

    @property
    def overall(self) -> HeldOutScore:
        return next(score for score in self.scores if score.step is None)

    @property
    def hardest_baseline(self) -> str:
        """The baseline the model gained least on."""
        gain = self.overall.gain
        return min(gain, key=lambda name: gain[name])


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything needed to know where a model comes from; `sha256` is that of the pickle beside it."""

    name: str
    version: str
    sha256: str
    python_version: str
    scikit_learn_version: str
    features: tuple[str, ...]
    training_data: str
    training_data_sha256: str
    training_symbols: tuple[str, ...]
    trained_from: date
    trained_through: date
    seed: int
    notes: tuple[str, ...]
    held_out: HeldOutTable

    def document(self) -> JsonObject:
        """As JSON: dates as text, everything else as it is."""
        document: JsonObject = json.loads(json.dumps(asdict(self), default=date.isoformat))
        return document


def parse_manifest(text: str) -> Manifest:
    """Read a manifest file. Raises ValueError saying what is missing or of the wrong kind."""
    try:
        document = json.loads(text)
        table = document["held_out"]
        held_out = HeldOutTable(
            protocol=str(table["protocol"]),
            first_date=date.fromisoformat(table["first_date"]),
            last_date=date.fromisoformat(table["last_date"]),
            origins=int(table["origins"]),
            gain_interval={
                name: (float(low), float(high))
                for name, (low, high) in table["gain_interval"].items()
            },
            scores=tuple(HeldOutScore(**score) for score in table["scores"]),
        )
        return Manifest(
            **{
                **{field.name: document[field.name] for field in fields(Manifest)},
                "features": tuple(document["features"]),
                "training_symbols": tuple(document["training_symbols"]),
                "notes": tuple(document["notes"]),
                "trained_from": date.fromisoformat(document["trained_from"]),
                "trained_through": date.fromisoformat(document["trained_through"]),
                "held_out": held_out,
            }
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
