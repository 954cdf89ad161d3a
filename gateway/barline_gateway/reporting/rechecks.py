"""What was found out about a run that is kept: made again, and looked at for a look ahead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric that is not what it was."""

    metric: str
    then: float | str | None
    now: float | str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The run made again: `identical`, `data restated` or `code changed`."""

    run_id: str
    outcome: str
    message: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class AuditedDate:
    date: str
    moved_when_truncated: tuple[str, ...]
    moved_when_perturbed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """The future cut off, and made up anew, at some dates: what moved before them."""

    run_id: str
    passed: bool
    checked: int
    seed: int
    dates: tuple[AuditedDate, ...]

    @property
    def moved(self) -> list[AuditedDate]:
        return [one for one in self.dates if one.moved_when_truncated or one.moved_when_perturbed]
