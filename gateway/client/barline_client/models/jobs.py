"""Long actions, and what stands in for a result until one is done."""

import datetime as dt

from barline_client.models.data import StoredProblem
from barline_client.models.record import Record


class Job(Record):
    id: str
    kind: str
    state: str
    progress: float
    message: str
    eta: dt.datetime | None
    created_at: dt.datetime
    finished_at: dt.datetime | None
    result: str | None
    problem: StoredProblem | None


class Ordered(Record):
    id: str
    job: Job
