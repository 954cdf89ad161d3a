"""Numbers that JSON cannot carry stop the answer; missing values become null on purpose only."""

import json
from datetime import date

import numpy as np
import pytest

from barline_backtest.strict_json import JsonValue, NotFinite, encode, nullable

NAN = float("nan")


def test_plain_values_dates_and_arrays_are_written_at_full_precision() -> None:
    document: dict[str, JsonValue] = {
        "text": "é",
        "number": 0.1 + 0.2,
        "count": 3,
        "flag": True,
        "nothing": None,
        "day": date(2024, 2, 29),
        "curve": np.array([1.0, 1 / 3]),
        "rows": [{"x": 1.5}, {"x": None}],
    }
    assert json.loads(encode(document)) == {
        **document,
        "day": "2024-02-29",
        "curve": [1.0, 1 / 3],
    }


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"metrics": {"sharpe": NAN}}, "/metrics/sharpe"),
        ({"rows": [{"x": 1.0}, {"x": float("inf")}]}, "/rows/1/x"),
        ({"curve": {"equity": np.array([1.0, -np.inf])}}, "/curve/equity"),
        ({"list": [1.0, [NAN]]}, "/list/1/0"),
    ],
)
def test_a_number_that_is_not_finite_stops_the_answer_and_is_located(
    document: JsonValue, place: str
) -> None:
    with pytest.raises(NotFinite, match=f"^{place} is not a finite number$"):
        encode(document)


def test_nullable_turns_nan_into_none_and_leaves_infinity_to_be_refused() -> None:
    assert nullable(np.array([1.0, np.nan, 2.0])) == [1.0, None, 2.0]
    with pytest.raises(NotFinite):
        encode(nullable(np.array([np.inf])))
