"""The pure parts behind sweeps and walk-forwards: the colours and order of the map, words about luck, log axes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barline_gateway.reporting.equity_chart import MOST_POINTS, money_ticks, thinned
from barline_gateway.reporting.heatmap import colour_key, colour_range, heatmap_figure
from barline_gateway.reporting.overfitting import doubts, overfitting, reality_check
from barline_gateway.reporting.palette import DARK_PARTNERS, INK
from barline_gateway.reporting.sweep_result import (
    Heatmap,
    Matrix,
    Neighbourhood,
    Statistics,
    SweptSymbol,
)

VALUES = st.one_of(st.none(), st.floats(-5, 5))
MATRICES = st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=2, max_size=2)


def heatmap(values: Matrix, trades: Matrix = ((1, 2, 3), (4, 5, 0))) -> Heatmap:
    return Heatmap((10, 20), (5, 15, 25), values, values, values, values, trades)


@given(MATRICES)
def test_the_first_cells_are_the_highest_and_none_is_undefined(rows: list[list[float]]) -> None:
    values = tuple(tuple(row) for row in rows)
    best = heatmap(values).best_cells("X", "sharpe")
    known = sorted((v for row in rows for v in row if v is not None), reverse=True)
    assert [cell.sharpe for cell in best] == known


def test_the_fewest_trades_come_first_but_not_those_that_never_traded() -> None:
    some = heatmap(((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))).best_cells("X", "trades")
    assert [cell.trades for cell in some] == [1, 2, 3, 4, 5]


@given(MATRICES)
def test_gains_and_losses_share_one_scale_about_zero(rows: list[list[float]]) -> None:
    low, high = colour_range(tuple(tuple(row) for row in rows), "sharpe")
    known = [value for row in rows for value in row if value is not None]
    assert low < high
    assert low == (-high if known else 0.0)


def test_the_map_is_plain_json_in_colours_that_have_a_dark_partner() -> None:
    values: Matrix = ((0.123456, None, -0.5), (0.2, 0.3, 0.4))
    chosen = heatmap(values)
    drawn = heatmap_figure(chosen, "sharpe", "Sharpe ratio", chosen.best_cells("X", "sharpe")[0])
    cells, ring = json.loads(json.dumps(drawn, allow_nan=False))["data"]
    assert cells["z"][0] == [0.123, None, -0.5]
    assert all(colour in DARK_PARTNERS for _, colour in cells["colorscale"])
    assert (ring["x"], ring["y"]) == ([25], [20])
    assert ring["marker"]["line"]["color"] == INK
    assert colour_key(chosen, "sharpe").kind == "signed"
    assert colour_key(chosen, "trades").high == "5"


def test_a_map_without_any_value_still_has_a_scale() -> None:
    nothing = heatmap(((None,) * 3,) * 2)
    assert nothing.best_cells("X", "cagr") == []
    assert heatmap_figure(nothing, "cagr", "Return a year", None)["data"]


def test_doubts_say_what_they_mean_and_which_way_they_speak() -> None:
    swept = SweptSymbol(
        "X",
        None,
        trials=1600,
        prior_trials=400,
        deflated_sharpe=0.97,
        probability_of_overfitting=0.61,
        reality_check_p=0.03,
        statistics=Statistics(Neighbourhood("spike", 8, 0.1, ("winbuy=5",))),
    )
    found = {one.name: one for one in doubts(swept)}
    assert [one.good for one in found.values()] == [True, False, True, False]
    assert "1,600 tries, 400 of them earlier" in found["Deflated Sharpe ratio"].meaning
    assert "edge of the grid" in found["Surroundings"].meaning
    assert found["Reality check"].value == "p = 0.03"


@pytest.mark.parametrize("ask", [overfitting, reality_check])
def test_a_statistic_that_is_not_defined_speaks_neither_way(ask: object) -> None:
    assert callable(ask)
    doubt = ask(None)
    assert (doubt.value, doubt.good) == ("n/a", None)


@given(st.lists(st.floats(0.01, 1e12), min_size=1, max_size=20))
def test_the_ticks_of_money_reach_around_it(values: list[float]) -> None:
    ticks = money_ticks(values)
    assert ticks == sorted(ticks)
    assert ticks[0] <= min(values) * 1.001
    assert ticks[-1] >= max(values) * 0.999
    assert sum(min(values) <= tick <= max(values) for tick in ticks) <= 20


def test_money_that_hardly_moved_still_has_ticks_beside_it() -> None:
    assert sum(4_600 <= tick <= 19_000 for tick in money_ticks([4_600.0, 10_000.0, 19_000.0])) >= 5


@pytest.mark.parametrize("count", [0, 1, MOST_POINTS, MOST_POINTS + 1, 15_000])
def test_a_long_line_is_thinned_but_keeps_its_ends(count: int) -> None:
    kept = thinned(count)
    assert len(kept) == min(count, MOST_POINTS)
    assert kept == sorted(set(kept))
    if count:
        assert (kept[0], kept[-1]) == (0, count - 1)
