"""The prediction service's scorecard and model card as this package reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

OUTCOMES_STEP = 10  # two weeks ahead: the outcomes of stored forecasts are drawn at this step


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """How often the price went the way the median said."""

    claims: int
    hits: int
    hit_rate: float | None
    interval: Bounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineScore:
    """A baseline on the outcomes; `gain` is the share of its pinball loss that the model saved."""

    outcomes: int
    pinball_loss: float | None
    gain: float | None
    coverage_80: float | None
    coverage_95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """At one step (None: over all); what is undefined is None."""

    step: int | None
    outcomes: int
    percentage_error: float | None
    naive_percentage_error: float | None
    mase: float | None
    pinball_loss: float | None
    coverage_80: float | None
    coverage_95: float | None
    direction: Direction
    baselines: Mapping[str, BaselineScore]

    @property
    def naive(self) -> BaselineScore:
        return self.baselines["naive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the forecasts of one model version and kind amount to."""

    model_version: str
    kind: Literal["live", "hindcast"]
    vintages: int
    first_date: date
    last_date: date
    beats_naive: bool | None
    gain_interval: Bounds | None
    verdict: str
    overall: Score
    by_step: tuple[Score, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    in_sample: int = 0
    remade: int = 0
    not_met_yet: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcomes:
    """Forecasts of one step and what came, column by column, in prices of each forecast's last bar."""

    step: int
    model_version: tuple[str, ...]
    kind: tuple[str, ...]
    last_close: tuple[float, ...]
    date: tuple[str, ...]
    lower_95: tuple[float, ...]
    lower_80: tuple[float, ...]
    close: tuple[float, ...]
    upper_80: tuple[float, ...]
    upper_95: tuple[float, ...]
    actual: tuple[float, ...]

    def of(self, record: Record) -> list[int]:
        """The places of the record's forecasts in the columns."""
        kinds = zip(self.model_version, self.kind, strict=True)
        wanted = (record.model_version, record.kind)
        return [place for place, one in enumerate(kinds) if one == wanted]

    def moves(self, name: str, places: list[int]) -> list[float]:
        """A column as changes from each forecast's last close, which no split can confuse."""
        prices = getattr(self, name)
        return [prices[place] / self.last_close[place] - 1.0 for place in places]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    records: tuple[Record, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    outcomes: StepOutcomes | None = None

    def record_of(self, model_version: str) -> Record | None:
        """The live record of a model, or else that of its hindcasts."""
        own = [record for record in self.records if record.model_version == model_version]
        return min(own, key=lambda record: record.kind != "live", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutScore:
    """The model against each baseline at one step (None: over all), on symbols and years it had not seen."""

    step: int | None
    gain: Mapping[str, float]
    coverage_80: float
    coverage_95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    protocol: str = ""
    first_date: date
    last_date: date
    origins: int
    scores: tuple[HeldOutScore, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What the model says about itself."""

    name: str
    version: str
    scikit_learn_version: str = ""
    features: tuple[str, ...] = ()
    training_data: str = ""
    training_data_sha256: str = ""
    trained_from: date | None = None
    notes: tuple[str, ...] = ()
    held_out: HeldOut | None = None
