"""Answers of the client that were typed last: what an installation gives fits their models, to the last member."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from barline_client import Client, calls
from barline_client.calls.forecasts import Hindcasts
from barline_client.models import Backtest, ForecastBacktest

if TYPE_CHECKING:
    from conftest import Stack

SPAN: Hindcasts = {"start": dt.date(2012, 10, 1), "end": dt.date(2012, 12, 31), "every": 21}


@pytest.fixture(scope="module")
def barline(stack: "Stack") -> Iterator[Client]:
    with Client(stack.base_url, stack.api_key) as client:
        yield client


@pytest.fixture(scope="module")
def batch_id(barline: Client) -> str:
    """Hindcasts of one symbol, made."""
    job = barline.follow(barline.send(calls.forecast_many(["AAPL"], hindcasts=SPAN)))
    assert job.result is not None
    return job.result.rsplit("/", 1)[-1]


def test_a_batch_says_what_became_of_each_symbol(barline: Client, batch_id: str) -> None:
    batch = barline.send(calls.read_batch(batch_id))
    assert batch.hindcasts is not None
    assert batch.hindcasts.every == SPAN["every"]
    assert [(row.symbol, row.problem) for row in batch.results] == [("AAPL", None)]
    assert batch.results[0].forecasts == 3
    assert [row.symbol for row in barline.items(calls.read_batch(batch_id, page_size=1))] == [
        "AAPL"
    ]


def test_a_scorecard_is_read_as_what_it_is(barline: Client, batch_id: str) -> None:
    card = barline.send(calls.read_scorecard("AAPL", kind="hindcast", step=1))
    (record,) = card.records
    assert (record.kind, record.vintages) == ("hindcast", 3)
    assert "naive" in record.overall.baselines
    assert [score.step for score in record.by_step] == list(range(1, 31))
    assert card.outcomes is not None
    assert len(card.outcomes.actual) == len(card.outcomes.date) == 3


def test_a_run_on_forecasts_is_kept_apart_from_other_runs(barline: Client, batch_id: str) -> None:
    made = barline.send(calls.run_on_forecasts("AAPL", threshold_bps=1, vintages="hindcast"))
    assert made.forecasts.count == 3
    again = barline.send(calls.read_run(made.run_id))
    assert isinstance(again, ForecastBacktest)
    assert again == made
    usual = barline.send(calls.run_backtest("AAPL", winbuy=20, winsell=50))
    assert isinstance(barline.send(calls.read_run(usual.run_id)), Backtest)


def test_a_comparison_names_both_runs_and_draws_them(barline: Client) -> None:
    runs = [barline.send(calls.run_backtest("IBM", winbuy=days, winsell=50)) for days in (20, 30)]
    compared = barline.send(calls.compare_runs(*(run.run_id for run in runs)))
    assert (compared.kind, compared.symbol) == ("comparison", "IBM")
    assert all(re.fullmatch("[0-9a-z_-]+", figure.id) for figure in compared.key_figures)
    assert any(figure.spec is not None and figure.spec.data for figure in compared.figures)
