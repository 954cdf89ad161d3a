import dataclasses
import datetime as dt

import numpy as np
import pytest

from barline_core.bars import BarSeries, adjusted, data_version_of


def series(
    close: list[float],
    *,
    split: dict[int, float] | None = None,
    dividend: dict[int, float] | None = None,
) -> BarSeries:
    count = len(close)
    split_ratio, paid = np.ones(count), np.zeros(count)
    for at, ratio in (split or {}).items():
        split_ratio[at] = ratio
    for at, amount in (dividend or {}).items():
        paid[at] = amount
    prices = np.array(close)
    return BarSeries(
        symbol="TEST",
        date=np.datetime64("2020-01-01") + np.arange(count),
        open=prices,
        high=prices,
        low=prices,
        close=prices,
        volume=np.full(count, 100.0),
        split_ratio=split_ratio,
        dividend=paid,
        actions_known=True,
        data_version="",
    )


def test_a_two_for_one_split_halves_earlier_prices_and_doubles_earlier_volumes() -> None:
    view = adjusted(series([100.0, 102.0, 51.0], split={2: 2.0}), "split")
    assert view.close.tolist() == [50.0, 51.0, 51.0]
    assert view.volume.tolist() == [200.0, 200.0, 100.0]


def test_total_return_follows_alpha_vantages_own_rule() -> None:
    # By hand: the ex-date closes at 99 and pays 1, so what came before is worth 99 / 100 of itself.
    view = adjusted(series([100.0, 99.0, 110.0], dividend={1: 1.0}), "total_return")
    assert view.close.tolist() == pytest.approx([99.0, 99.0, 110.0], rel=1e-15)


def test_a_split_and_a_dividend_on_one_day_multiply() -> None:
    view = adjusted(series([200.0, 99.0], split={1: 2.0}, dividend={1: 1.0}), "total_return")
    assert view.close[0] == pytest.approx(200.0 * (99.0 / 100.0) / 2.0)


def test_the_newest_bar_is_never_adjusted() -> None:
    raw = series([10.0, 20.0, 30.0], split={1: 3.0}, dividend={2: 0.5})
    for basis in ("split", "total_return"):
        assert adjusted(raw, basis).close[-1] == 30.0


def test_cutting_a_series_forgets_later_actions() -> None:
    raw = series([100.0, 102.0, 51.0], split={2: 2.0})
    assert adjusted(raw.until(dt.date(2020, 1, 2)), "split").close.tolist() == [100.0, 102.0]


def test_narrowing_an_adjusted_series_keeps_its_prices() -> None:
    view = adjusted(series([100.0, 102.0, 51.0], split={2: 2.0}), "split")
    assert view.between(None, dt.date(2020, 1, 2)).close.tolist() == [50.0, 51.0]


def test_adjusted_prices_cannot_be_cut_or_adjusted_again() -> None:
    view = adjusted(series([1.0, 2.0]), "split")
    with pytest.raises(ValueError, match="cut the raw series"):
        view.until(dt.date(2020, 1, 1))
    with pytest.raises(ValueError, match="only a raw series"):
        adjusted(view, "total_return")


def test_an_empty_series_can_be_adjusted_cut_and_narrowed() -> None:
    empty = series([])
    assert len(adjusted(empty, "total_return")) == 0
    assert len(empty.until(dt.date(2020, 1, 1)).between(dt.date(2021, 1, 1), None)) == 0


@pytest.mark.parametrize("change", ["close", "split_ratio", "dividend", "volume"])
def test_the_data_version_changes_with_any_value(change: str) -> None:
    raw = series([1.0, 2.0, 3.0])
    before = data_version_of(raw)
    getattr(raw, change)[1] += 0.25
    assert data_version_of(raw) != before


def test_the_data_version_says_whether_actions_were_known() -> None:
    raw = series([1.0, 2.0])
    assert data_version_of(raw) != data_version_of(dataclasses.replace(raw, actions_known=False))
