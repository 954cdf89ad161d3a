"""What a caller hears when a backtest cannot be made."""

from barline_backtest.parameters import RunParameters
from barline_core.bars import BarSeries
from barline_core.problems import (
    Conflict,
    NotEnoughHistory,
    NotFound,
    Problem,
)


class UnknownRun(NotFound):
    type = "unknown-run"
    title = "Unknown run"

    def __init__(self, run_id: str) -> None:
        super().__init__(f"You have no run {run_id}; GET /back_test/runs lists yours.")


class UnknownSweep(NotFound):
    type = "unknown-sweep"
    title = "Unknown sweep"

    def __init__(self, sweep_id: str) -> None:
        super().__init__(f"You have no sweep {sweep_id}; POST /back_test/sweeps makes one.")


class UnknownWalkForward(NotFound):
    type = "unknown-walk-forward"
    title = "Unknown walk-forward"

    def __init__(self, walk_id: str) -> None:
        super().__init__(
            f"You have no walk-forward {walk_id}; POST /back_test/walk_forwards makes one."
        )


class NoStoredForecasts(Conflict):
    type = "no-stored-forecasts"
    title = "There are no stored forecasts to follow"


class NotForForecasts(Conflict):
    type = "not-for-forecasts"
    title = "Not possible for a run on stored forecasts"

    def __init__(self) -> None:
        super().__init__(
            "The signals of this run are stored forecasts, which no change of the bars can move: there is nothing to "
            "audit here. Each forecast used the bars up to its own date only; POST …/verify makes the run again."
        )


class NotReady(Conflict):
    type = "not-ready"
    title = "The result is not ready"


class NothingComputed(Problem):
    type = "nothing-computed"
    title = "No symbol could be computed"
    status = 409


def no_sessions(series: BarSeries, parameters: RunParameters) -> NotEnoughHistory:
    """The symbol has no bars at all, or none that can be traded between the dates asked for."""
    start, end, known_at = parameters.start, parameters.end, parameters.known_at
    if not len(series) and known_at is not None:
        return NotEnoughHistory(
            f"No bar of {series.symbol} was known at {known_at.isoformat()}; choose a later known_at."
        )
    if not len(series):
        return NotEnoughHistory(
            f"{series.symbol} has no bars yet; load them with POST /financial_data/refresh and ask again."
        )
    return NotEnoughHistory(
        f"{series.symbol} has no usable bar from {start or 'its first'} to {end or 'its last'}: its bars reach from "
        f"{series.date[0]} to {series.date[-1]}. Choose other dates, or load more history."
    )
