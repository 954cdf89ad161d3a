"""What an owner tried on a symbol before: single runs, sweeps and walk-forwards alike."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from barline_backtest.grid import Grid, WindowRange
from barline_backtest.trials import Tried, setting_of
from barline_core.models import BacktestRun, Sweep, SweepSymbol, WalkForward


def tried_before(
    session: Session, owner_id: int | None, symbol: str, before: datetime
) -> Iterator[Tried]:
    """Everything made strictly before an instant; what is only queued counts, so that the order of work does not."""
    runs = select(BacktestRun.parameters).where(
        BacktestRun.owner_id.is_not_distinct_from(owner_id),
        BacktestRun.symbol == symbol,
        BacktestRun.created_at < before,
        BacktestRun.parameters.has_key("winbuy"),  # a run on stored forecasts tries no windows
    )
    for values in session.scalars(runs):
        yield Tried(setting_of(values), single_cell(values))
    sweeps = (
        select(Sweep.parameters, Sweep.grid)
        .join(SweepSymbol, SweepSymbol.sweep_id == Sweep.id)
        .where(
            Sweep.owner_id.is_not_distinct_from(owner_id),
            SweepSymbol.symbol == symbol,
            Sweep.created_at < before,
        )
    )
    walks = select(WalkForward.parameters, WalkForward.grid).where(
        WalkForward.owner_id.is_not_distinct_from(owner_id),
        WalkForward.symbol == symbol,
        WalkForward.created_at < before,
    )
    for statement in (sweeps, walks):
        for parameters, grid in session.execute(statement):
            yield Tried(setting_of(parameters), grid_of(grid))


def single_cell(values: dict[str, object]) -> Grid:
    windows = (int(str(values[name])) for name in ("winbuy", "winsell"))
    winbuy, winsell = (WindowRange(window, window + 1, 1) for window in windows)
    return Grid(winbuy, winsell)


def grid_of(stored: dict[str, dict[str, int]]) -> Grid:
    """A grid as it is kept."""
    return Grid(WindowRange(**stored["winbuy"]), WindowRange(**stored["winsell"]))
