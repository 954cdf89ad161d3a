"""The statistics against their papers' numbers and against obvious loops."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from barline_backtest.block_returns import block_edges, sum_blocks
from barline_backtest.engine import buy_and_hold
from barline_backtest.grid import Grid, WindowRange
from barline_backtest.neighbourhood import look_around
from barline_backtest.overfitting import (
    deflated_sharpe,
    expected_maximum_sharpe,
    probability_of_overfitting,
)
from barline_backtest.parameters import RunParameters
from barline_backtest.reality_check import AT_ONCE, check_reality, stationary_weights
from barline_backtest.returns import daily_returns, per_session
from barline_backtest.sweep import SweepTables, prepare
from barline_backtest.symbol_sweep import SymbolSweep, sweep_symbol

from . import slow_statistics
from .cases import NO_FAULTS, Case, asked, prices_of
from .slow_loop import Choices, tell

GRID = Grid(WindowRange(5, 45, 8), WindowRange(10, 130, 24))
WAYS = [
    {},
    {"rule": "cross", "fill": "next_close", "commission_bps": 10.0},
    {"fill": "same_close", "average": "ema", "slippage_bps": 4.0, "risk_free": 0.03},
]


def test_deflated_sharpe_of_the_reference_series() -> None:
    returns = [0.003 + 0.01 * math.sin(i) + 0.004 * math.cos(3 * i) for i in range(90)]
    mean = sum(returns) / 90
    second, third, fourth = (sum((r - mean) ** k for r in returns) / 90 for k in (2, 3, 4))
    sharpe = mean / math.sqrt(second)
    assert sharpe == pytest.approx(0.4101142526, abs=1e-10)
    assert expected_maximum_sharpe(50, 1 / 89) == pytest.approx(0.2412876454, abs=1e-9)
    probability = deflated_sharpe(
        sharpe, 90, third / second**1.5, fourth / second**2, trials=50, variance=1 / 89
    )
    assert probability == pytest.approx(0.9399085246, abs=1e-9)


def test_more_trials_never_make_a_result_more_believable() -> None:
    values = [
        deflated_sharpe(0.1, 1000, -0.2, 5.0, trials=trials, variance=1e-3)
        for trials in (1, 2, 10, 1_000, 10**6, 10**9)
    ]
    assert values == sorted(values, reverse=True)
    assert expected_maximum_sharpe(1, 0.5) == 0.0


def slow_cells(case: Case, grid: Grid) -> list[list[float]]:
    cells = []
    for index in range(len(grid)):
        winbuy, winsell = grid.cell(index)
        choices = replace(case.choices, winbuy=winbuy, winsell=winsell)
        story = tell(case.days, case.opens, case.closes, choices)
        cells.append(slow_statistics.daily_returns(story, choices.initial))
    return cells


def short(msft: Case, sessions: int, ways: dict[str, object]) -> Case:
    choices = Choices(winbuy=2, winsell=2, **ways)
    return Case(msft.days[:sessions], msft.opens[:sessions], msft.closes[:sessions], choices)


def tables_of(case: Case) -> SweepTables:
    return prepare(case.prices, asked(case.choices), GRID)


@pytest.mark.parametrize("ways", WAYS, ids=["plain", "cross", "ema"])
def test_block_sums_are_sums_of_daily_returns(msft: Case, ways: dict[str, object]) -> None:
    case = short(msft, 1234, ways)
    blocks = sum_blocks(tables_of(case), 10, threads=2)
    for index, returns in enumerate(slow_cells(case, GRID)):
        parts = slow_statistics.cut_into_blocks(returns, 10)
        sums = [math.fsum(part) for part in parts]
        squares = [math.fsum(r * r for r in part) for part in parts]
        assert blocks[0, :, index] == pytest.approx(sums, rel=1e-11, abs=1e-13)
        assert blocks[1, :, index] == pytest.approx(squares, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("ways", WAYS, ids=["plain", "cross", "ema"])
@pytest.mark.parametrize("sessions", [203, 777])
def test_probability_of_overfitting_is_that_of_an_obvious_loop(
    msft: Case, ways: dict[str, object], sessions: int
) -> None:
    case = short(msft, sessions, ways)
    tables = tables_of(case)
    lengths = [b - a for a, b in pairwise(block_edges(tables.sessions, 10))]
    rate = per_session(case.choices.risk_free)
    found = probability_of_overfitting(sum_blocks(tables, 10), lengths, rate)
    assert found == slow_statistics.probability_of_overfitting(slow_cells(case, GRID), rate)


def test_noise_is_overfitted_about_half_the_time_and_skill_never() -> None:
    rng = np.random.default_rng(7)
    returns = rng.normal(0.0, 0.01, (10, 40, 200))

    def sums(values: np.ndarray) -> np.ndarray:
        return np.stack([values.sum(axis=1), (values**2).sum(axis=1)])

    noise = probability_of_overfitting(sums(returns), [40] * 10, 0.0)
    returns[:, :, 17] += 0.02
    skill = probability_of_overfitting(sums(returns), [40] * 10, 0.0)
    assert noise is not None
    assert 0.2 < noise < 0.8
    assert skill == 0.0


def test_cells_that_are_all_alike_are_in_no_lower_half() -> None:
    alike = np.ones((2, 10, 5)) * np.array([0.1, 0.5])[:, None, None]
    assert probability_of_overfitting(alike, [20] * 10, 0.0) == 0.0


@pytest.mark.parametrize("ways", WAYS, ids=["plain", "cross", "ema"])
def test_reality_check_is_that_of_an_obvious_loop(msft: Case, ways: dict[str, object]) -> None:
    case, resamples = short(msft, 400, ways), 40
    tables = tables_of(case)
    cells = slow_cells(case, GRID)
    holding = buy_and_hold(case.prices, tables.parameters)
    benchmark = daily_returns(holding.equity, holding.initial_investment)
    means = sum_blocks(tables, 10)[0].sum(axis=0) / tables.sessions
    found = check_reality(tables, means, benchmark, resamples=resamples, seed=5, threads=2)
    drawn: list[list[int]] = []
    for group in range(-(-resamples // AT_ONCE)):
        weights = stationary_weights(400, 5, group)
        drawn += [np.repeat(np.arange(400), w.astype(int)).tolist() for w in weights.T]
    p, lead = slow_statistics.reality_check(cells, benchmark.tolist(), drawn[:resamples])
    assert found.p == pytest.approx(p)
    assert found.lead == pytest.approx(lead, rel=1e-9)


def test_resamples_are_stretches_of_ten_sessions_on_average_and_repeatable() -> None:
    weights = stationary_weights(5_000, 1, 0)
    assert weights.shape == (5_000, AT_ONCE)
    assert np.all(weights.sum(axis=0) == 5_000)
    assert np.array_equal(weights, stationary_weights(5_000, 1, 0))
    assert not np.array_equal(weights, stationary_weights(5_000, 1, 1))
    assert not np.array_equal(weights, stationary_weights(5_000, 2, 0))


def test_a_plateau_a_spike_and_an_edge_are_told_apart() -> None:
    grid = Grid(WindowRange(5, 8, 1), WindowRange(10, 13, 1))
    flat = np.full(9, 1.0)
    flat[4] = 1.1
    plateau = look_around(flat, grid, 4)
    assert plateau is not None
    assert (plateau.shape, plateau.neighbours, plateau.edges) == ("plateau", 8, ())
    spike = look_around(np.where(np.arange(9) == 4, 1.0, 0.1), grid, 4)
    assert spike is not None
    assert spike.shape == "spike"
    edge = look_around(np.arange(9.0), grid, 8)
    assert edge is not None
    assert edge.edges == ("winbuy=7", "winsell=12")
    assert look_around(np.array([1.0]), Grid(WindowRange(5, 6, 1), WindowRange(5, 6, 1)), 0) is None


def swept(closes: list[float], grid: Grid = GRID, **choices: object) -> SymbolSweep:
    parameters: RunParameters = asked(Choices(winbuy=2, winsell=2, **choices))
    return sweep_symbol(
        prices_of(closes), parameters, grid, data_version="v", faults=NO_FAULTS, prior_trials=3
    )


@pytest.mark.parametrize(
    ("closes", "finding"),
    [
        ([100.0] * 300, "no-cell-has-a-sharpe"),
        ([100.0], "no-cell-has-a-sharpe"),
        ([100.0 * 1.01**i for i in range(300)], "no-cell-has-a-sharpe"),
        ([100.0 - i for i in range(19)], "undefined-statistics"),
    ],
    ids=["constant", "one bar", "only rising", "too short for blocks"],
)
def test_degenerate_sweeps_have_nulls_and_a_finding(closes: list[float], finding: str) -> None:
    result = swept(closes)
    statistics = result.statistics
    assert finding in {one.id for one in result.findings}
    assert statistics.probability_of_overfitting is None
    assert statistics.trials == len(GRID) + 3


def test_a_single_cell_is_one_trial_with_nothing_to_deflate() -> None:
    closes = [100.0 + 10 * math.sin(i / 5) + i / 50 for i in range(400)]
    parameters = asked(Choices(winbuy=2, winsell=2))
    one = Grid(WindowRange(10, 11, 1), WindowRange(10, 11, 1))
    result = sweep_symbol(
        prices_of(closes), parameters, one, data_version="v", faults=NO_FAULTS, prior_trials=0
    )
    probabilistic = result.best_run.metrics.risk.probabilistic_sharpe
    assert result.statistics.deflated_sharpe == pytest.approx(probabilistic)
    assert result.statistics.neighbourhood is None
    assert result.statistics.probability_of_overfitting is None


def test_whole_shares_say_that_statistics_are_of_fractional_ones(msft: Case) -> None:
    result = swept(msft.closes[:800], whole=True)
    assert "statistics-of-fractional-shares" in {one.id for one in result.findings}


def test_the_digest_is_the_same_whoever_computes(msft: Case) -> None:
    assert swept(msft.closes).digest == swept(msft.closes).digest
