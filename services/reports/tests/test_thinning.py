"""Fewer points for paper, the same picture."""

from hypothesis import given
from hypothesis import strategies as st

from barline_reports.document import JsonObject
from barline_reports.thinning import extremes, thinned


def one_line(y: list[float | None]) -> JsonObject:
    return {"data": [{"mode": "lines", "x": list(range(len(y))), "y": y}], "layout": {}}


@given(st.lists(st.floats(-1e6, 1e6), min_size=100, max_size=3000))
def test_extremes_and_ends_survive(values: list[float]) -> None:
    kept = extremes(values, 50)
    assert kept == sorted(set(kept))
    assert kept[0] == 0
    assert kept[-1] == len(values) - 1
    assert len(kept) <= 52
    assert min(values) == min(values[i] for i in kept)
    assert max(values) == max(values[i] for i in kept)


def test_a_long_line_is_thinned_and_stays_paired() -> None:
    trace = thinned(one_line([float(i % 97) for i in range(5000)]), 200)["data"][0]
    assert len(trace["x"]) == len(trace["y"]) <= 202
    assert all(float(x % 97) == y for x, y in zip(trace["x"], trace["y"], strict=True))


def test_short_and_broken_lines_are_left_alone() -> None:
    short, broken = one_line([1.0] * 50), one_line([1.0, None] * 500)
    assert thinned(short, 200) == short
    assert thinned(broken, 200) == broken
