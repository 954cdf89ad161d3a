"""A digest changes with everything that can change a number, and with nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from barline_backtest.backtest import perform
from barline_backtest.certificate import certify, parameter_values
from barline_backtest.definitions import METRIC_DEFINITIONS
from barline_backtest.metrics import by_name
from barline_backtest.parameters import RunParameters

from .cases import FIRST_DAY, NO_FAULTS, prices_of

PARAMETERS = RunParameters(symbol="CERT", winbuy=2, winsell=3)

CHANGES: list[dict[str, object]] = [
    {"symbol": "OTHER"},
    {"winbuy": 3},
    {"winsell": 2},
    {"initial_investment": 1.0},
    {"start": date(2020, 1, 2)},
    {"end": date(2020, 1, 3)},
    {"rule": "cross"},
    {"fill": "next_close"},
    {"average": "ema"},
    {"price_basis": "raw"},
    {"commission_bps": 1.0},
    {"slippage_bps": 1.0},
    {"shares": "whole"},
    {"risk_free": 0.01},
    {"known_at": datetime(2024, 1, 1, tzinfo=UTC)},
]


def test_every_parameter_and_the_bars_are_in_the_digest() -> None:
    digests = {certify(replace(PARAMETERS, **change), "v").digest for change in CHANGES}
    digests |= {certify(PARAMETERS, "v").digest, certify(PARAMETERS, "w").digest}
    assert len(digests) == len(CHANGES) + 2
    assert {name for change in CHANGES for name in change} == set(parameter_values(PARAMETERS))


def test_the_digest_is_the_same_on_every_machine() -> None:
    # A literal: when it changes, the engine version or a definition must have changed with it.
    assert certify(PARAMETERS, "v").digest == (
        "68cfc926918dc24ab08b073ceb67def6c74e9980a8f1728d2ac251465fe68b66"
    )


def test_an_open_start_and_end_mean_the_first_and_last_session() -> None:
    prices = prices_of([1.0, 2.0, 3.0])
    open_ended = perform(prices, PARAMETERS, data_version="v", faults=NO_FAULTS)
    bounded = replace(PARAMETERS, start=date(2019, 12, 25), end=date(2020, 1, 3))
    explicit = perform(prices, bounded, data_version="v", faults=NO_FAULTS)
    assert open_ended.certificate == explicit.certificate
    assert open_ended.parameters.start == FIRST_DAY


def test_every_metric_has_a_definition_and_every_choice_its_own() -> None:
    prices = prices_of([1.0, 2.0, 3.0])
    backtest = perform(prices, PARAMETERS, data_version="v", faults=NO_FAULTS)
    assert list(by_name(backtest.metrics)) == list(METRIC_DEFINITIONS)
    assert backtest.certificate.definitions["fill"] == "fill_next_open/1"
    assert certify(replace(PARAMETERS, fill="same_close"), "v").definitions["fill"] == (
        "fill_same_close/1"
    )


def test_parameters_travel_as_plain_values() -> None:
    values = parameter_values(
        replace(
            PARAMETERS,
            start=date(2020, 1, 2),
            known_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
            risk_free=-0.0,
        )
    )
    assert values["start"] == "2020-01-02"
    assert values["known_at"] == "2024-05-06T07:08:09Z"
    assert str(values["risk_free"]) == "0.0"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_parameter_that_is_not_finite_has_no_digest(value: float) -> None:
    with pytest.raises(ValueError, match="Out of range"):
        certify(replace(PARAMETERS, risk_free=value), "v")
