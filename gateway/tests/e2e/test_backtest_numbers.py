"""`GET /back_test` against an independent loop in plain Python, over the bars the public door gives."""

import importlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import httpx
import pytest

ORACLE = Path(__file__).parents[3] / "services" / "backtest" / "tests"


@pytest.fixture(scope="module")
def oracle() -> Iterator[ModuleType]:
    """The backtest service's slow loop and slow metrics, which share no code with the engine."""
    package = ModuleType("barline_oracle")
    package.__path__ = [str(ORACLE)]
    sys.modules["barline_oracle"] = package
    for name in ("slow_loop", "slow_metrics"):
        importlib.import_module(f"barline_oracle.{name}")
    yield package
    for name in [name for name in sys.modules if name.startswith("barline_oracle")]:
        del sys.modules[name]


@pytest.mark.parametrize("rule", ["level", "cross"])
@pytest.mark.parametrize("fill", ["next_open", "next_close", "same_close"])
@pytest.mark.parametrize("costs_bps", [0.0, 7.5])
def test_every_metric_is_that_of_a_slow_loop(
    api: httpx.Client, oracle: ModuleType, rule: str, fill: str, costs_bps: float
) -> None:
    bars = api.get(
        "/financial_data/data", params={"symbol": "MSFT", "price_basis": "total_return"}
    ).json()["bars"]
    answer = api.get(
        "/back_test",
        params={
            "symbol": "MSFT",
            "winbuy": 50,
            "winsell": 200,
            "initial_investment": 10000,
            "rule": rule,
            "fill": fill,
            "commission_bps": costs_bps,
            "slippage_bps": costs_bps,
        },
    ).json()
    choices = oracle.slow_loop.Choices(
        winbuy=50,
        winsell=200,
        rule=rule,
        fill=fill,
        commission_bps=costs_bps,
        slippage_bps=costs_bps,
    )
    days = [date.fromisoformat(bar["date"]) for bar in bars]
    opens, closes = [bar["open"] for bar in bars], [bar["close"] for bar in bars]
    story = oracle.slow_loop.tell(days, opens, closes, choices)
    holding = oracle.slow_loop.tell_holding(days, opens, closes, choices)
    assert answer["equity_curve"]["equity"] == pytest.approx(story.equity, rel=1e-9)
    assert answer["equity_curve"]["buy_and_hold"] == pytest.approx(holding.equity, rel=1e-9)
    for found, expected in (
        (answer["metrics"], oracle.slow_metrics.measure(story, holding, choices)),
        (answer["buy_and_hold"], oracle.slow_metrics.measure(holding, holding, choices)),
    ):
        assert found.keys() == expected.keys()
        for name, value in expected.items():
            if isinstance(value, date):
                assert found[name] == value.isoformat(), name
            elif value is None or isinstance(value, bool):
                assert found[name] == value, name
            else:
                assert found[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
