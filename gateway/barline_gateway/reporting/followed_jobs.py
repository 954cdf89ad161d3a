"""The long actions a person started and has not seen the end of: kept in the session, so that a reload finds them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from django.contrib.sessions.backends.base import SessionBase

SESSION_KEY = "reporting.jobs"
MOST_FOLLOWED = 8
PLAIN_TITLES = {"prediction": "Forecasts", "backtest": "Sweep or walk-forward"}  # by service

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Job:
    """How far a long action is, as its service says."""

    id: str
    kind: str
    state: State
    progress: float
    message: str | None
    eta: datetime | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
    result: str | None = None
    problem: Mapping[str, object] | None = None

    @property
    def is_over(self) -> bool:
        return self.state in ("succeeded", "failed", "cancelled")

    @property
    def percent(self) -> int:
        return round(100 * min(1.0, max(0.0, self.progress)))


@dataclass(frozen=True, slots=True)
class OrderedStudy:
    """A sweep or a walk-forward that was just asked for."""

    id: str
    job: Job


@dataclass(frozen=True, slots=True)
class Followed:
    """A job with a title for people, and the symbols to ask for again when it fails (None: all).

    A study has a page (`shown_at`) that shows its result or what stood in its way.
    """

    id: str
    title: str
    symbols: tuple[str, ...] | None
    shown_at: str = ""

    @property
    def is_forecasts(self) -> bool:
        """Whether the prediction service runs it: its results are on a page of their own."""
        return self.id.startswith("prediction-")


def follow(session: SessionBase, job: Followed) -> None:
    """Remember the job; the oldest is forgotten when there are many."""
    others = [one for one in followed(session) if one.id != job.id]
    kept = [*others, job][-MOST_FOLLOWED:]
    session[SESSION_KEY] = [asdict(one) for one in kept]


def forget(session: SessionBase, job_id: str) -> None:
    if any(one.id == job_id for one in followed(session)):
        session[SESSION_KEY] = [asdict(one) for one in followed(session) if one.id != job_id]


def followed(session: SessionBase) -> list[Followed]:
    """Newest last."""
    return [
        Followed(
            id=str(one["id"]),
            title=str(one["title"]),
            symbols=None if one["symbols"] is None else tuple(one["symbols"]),
            shown_at=str(one.get("shown_at", "")),
        )
        for one in session.get(SESSION_KEY, [])
    ]


def find(session: SessionBase, job_id: str) -> Followed:
    """What is known about the job; a plain title when it was started elsewhere."""
    known = (one for one in followed(session) if one.id == job_id)
    title = PLAIN_TITLES.get(job_id.partition("-")[0], "Refresh")
    return next(known, Followed(job_id, title, None))
