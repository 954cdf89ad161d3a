"""A cell of a sweep is the single run of its windows, and the slow loop's run too."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from barline_backtest.engine import run
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.metrics import by_name, summarise
from barline_backtest.parameters import RunParameters
from barline_backtest.prices import Prices
from barline_backtest.sweep import Cells, compute_cells, prepare, sweep

from .cases import Case, asked, cases, prices_of
from .slow_loop import Choices, tell, tell_holding
from .slow_metrics import measure

COLUMNS = ("total_return", "cagr", "max_drawdown", "sharpe")


def cell_of(cells: Cells, index: int) -> dict[str, float | None]:
    values = {name: float(getattr(cells, name)[index]) for name in COLUMNS}
    known = {name: None if np.isnan(value) else value for name, value in values.items()}
    return known | {"trades": int(cells.trades[index])}


def assert_cell_is_the_single_run(
    prices: Prices, parameters: RunParameters, grid: Grid, cells: Cells, index: int
) -> None:
    winbuy, winsell = grid.cell(index)
    alone = replace(parameters, winbuy=winbuy, winsell=winsell)
    made = run(prices, alone)
    metrics = by_name(summarise(made, made, risk_free=alone.risk_free))
    for name, value in cell_of(cells, index).items():
        if value is None or metrics[name] is None:
            assert metrics[name] is value is None, (name, metrics[name], value)
        else:
            assert value == pytest.approx(metrics[name], rel=1e-12, abs=1e-12), name


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(max_sessions=80), data=st.data())
def test_every_cell_of_a_random_sweep_is_the_single_run(case: Case, data: st.DataObject) -> None:
    buy, sell = data.draw(st.integers(2, 20)), data.draw(st.integers(2, 20))
    buys = WindowRange(buy, buy + 2, 1)
    sells = WindowRange(sell, sell + 7, data.draw(st.sampled_from([2, 7])))
    grid, parameters = Grid(buys, sells), asked(case.choices)
    cells = sweep(case.prices, parameters, grid)
    for index in range(len(grid)):
        assert_cell_is_the_single_run(case.prices, parameters, grid, cells, index)


EVERY_COMBINATION = [
    {"rule": rule, "fill": fill, "average": average, "whole": whole, "commission_bps": costs}
    for rule in ("level", "cross")
    for fill in ("next_open", "next_close", "same_close")
    for average in ("sma", "ema")
    for whole in (False, True)
    for costs in (0.0, 10.0)
]


@pytest.mark.parametrize(
    "combination", EVERY_COMBINATION, ids=lambda c: "-".join(map(str, c.values()))
)
def test_cells_of_every_combination_are_single_runs_on_thirteen_real_years(
    msft: Case, combination: dict[str, object]
) -> None:
    choices = Choices(winbuy=2, winsell=2, slippage_bps=3.0, risk_free=0.02, **combination)
    parameters = asked(choices)
    grid = Grid(WindowRange(2, 300, 33), WindowRange(2, 300, 33))
    cells = sweep(msft.prices, parameters, grid)
    for index in range(0, len(grid), 7):
        assert_cell_is_the_single_run(msft.prices, parameters, grid, cells, index)


def test_a_cell_is_what_the_slow_loop_says(msft: Case) -> None:
    grid = Grid(WindowRange(20, 60, 20), WindowRange(50, 250, 100))
    cells = sweep(msft.prices, asked(msft.choices), grid)
    for index in range(len(grid)):
        winbuy, winsell = grid.cell(index)
        choices = replace(msft.choices, winbuy=winbuy, winsell=winsell)
        story = tell(msft.days, msft.opens, msft.closes, choices)
        holding = tell_holding(msft.days, msft.opens, msft.closes, choices)
        expected = measure(story, holding, choices)
        for name, value in cell_of(cells, index).items():
            assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name


def test_the_number_of_threads_changes_no_bit(msft: Case) -> None:
    grid = Grid(WindowRange(2, 202, 1), WindowRange(2, 152, 1))  # enough cells for threads
    one = sweep(msft.prices, asked(msft.choices), grid, threads=1)
    many = sweep(msft.prices, asked(msft.choices), grid, threads=5)
    for name in (*COLUMNS, "trades"):
        assert getattr(one, name).tobytes() == getattr(many, name).tobytes()


def test_concurrent_sweeps_do_not_disturb_each_other(msft: Case) -> None:
    """Requests of one process share the compiled kernels; nothing else is shared."""
    grid = Grid(WindowRange(2, 152, 1), WindowRange(2, 152, 1))
    questions = [replace(asked(msft.choices), slippage_bps=float(bps)) for bps in range(8)]
    alone = [sweep(msft.prices, question, grid, threads=1) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: sweep(msft.prices, q, grid, threads=3), questions))
    for one, other in zip(alone, together, strict=True):
        assert one.total_return.tobytes() == other.total_return.tobytes()
        assert one.sharpe.tobytes() == other.sharpe.tobytes()


def test_no_cell_looks_ahead(msft: Case) -> None:
    """Signal tables may know the future; what they are used for may not."""
    parameters = asked(msft.choices)
    grid = Grid(WindowRange(5, 105, 25), WindowRange(5, 105, 25))
    end = msft.days[2000]
    before = sweep(msft.prices, replace(parameters, end=end), grid)
    changed = msft.prices
    closes = changed.close.copy()
    closes[2001:] *= 1.7
    other = Prices(changed.date, changed.open, closes)
    after = sweep(other, replace(parameters, end=end), grid)
    for name in (*COLUMNS, "trades"):
        assert getattr(before, name).tobytes() == getattr(after, name).tobytes()


def test_costs_only_lower_a_cell_that_trades(msft: Case) -> None:
    grid = Grid(WindowRange(5, 105, 10), WindowRange(5, 105, 10))
    parameters = asked(msft.choices)
    free = sweep(msft.prices, parameters, grid)
    costly = sweep(msft.prices, replace(parameters, commission_bps=5.0, slippage_bps=5.0), grid)
    assert np.array_equal(free.trades, costly.trades)
    assert np.all(costly.total_return < free.total_return)


@pytest.mark.parametrize(
    "closes",
    [
        [100.0] * 60,
        [100.0],
        [100.0, 90.0],
        [100.0 * 0.9**i for i in range(60)],
        [100.0 * 1.1**i for i in range(60)],
        [1e-9 if i % 2 else 1e9 for i in range(200)],
    ],
    ids=["constant", "one bar", "two bars", "only falling", "only rising", "wild"],
)
@pytest.mark.parametrize("whole", [False, True], ids=["fractional", "whole"])
def test_degenerate_prices_give_numbers_or_nothing(closes: list[float], whole: bool) -> None:
    choices = Choices(winbuy=2, winsell=2, whole=whole, initial=1e6)
    grid = Grid(WindowRange(2, 70, 17), WindowRange(2, 70, 17))
    cells = sweep(prices_of(closes), asked(choices), grid)
    for name in COLUMNS:
        assert not np.any(np.isinf(getattr(cells, name))), name


def test_ruinous_costs_end_in_nothing_and_not_in_infinity() -> None:
    closes = [100.0 + (-1) ** i for i in range(3000)]
    choices = Choices(winbuy=2, winsell=2, commission_bps=9999.0)
    grid = Grid(WindowRange(2, 6, 1), WindowRange(2, 6, 1))
    cells = sweep(prices_of(closes), asked(choices), grid)
    assert np.all(np.isfinite(cells.total_return))
    assert np.all(cells.total_return[cells.trades > 0] >= -1.0)


def test_long_histories_use_wider_tables() -> None:
    rng = np.random.default_rng(1)
    closes = (100.0 * np.exp(np.cumsum(rng.normal(0, 0.01, 70_000)))).tolist()
    parameters = asked(Choices(winbuy=2, winsell=2))
    grid = Grid(WindowRange(20, 40, 10), WindowRange(20, 40, 10))
    tables = prepare(prices_of(closes), parameters, grid)
    assert tables.next_buy.dtype == np.int32
    cells = compute_cells(tables)
    assert_cell_is_the_single_run(prices_of(closes), parameters, grid, cells, 3)
