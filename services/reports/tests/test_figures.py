"""Every chart is valid Plotly and says what it shows."""

import math
from collections.abc import Mapping

import plotly.graph_objects as go
import pytest

from barline_reports import palette
from barline_reports.backtest_document import backtest_document
from barline_reports.document import Document, Figure
from barline_reports.figures.canvas import log_ticks
from barline_reports.figures.drawdown import shared_badges
from barline_reports.figures.gallery import FAILED
from barline_reports.figures.periods import cell_text
from barline_reports.figures.trade_returns import bin_edges
from barline_reports.page import page
from barline_reports.paper import print_job
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.returns import Spell
from barline_reports.schemas import read_backtest, read_forecast, read_model_card, read_scorecard

from .report_samples import Bars, backtest_answer, encoded, forecast_answer, waves
from .scorecard_samples import model_card, record, scorecard_answer

FIGURES = (
    "price",
    "equity",
    "equity-log",
    "drawdown",
    "monthly",
    "yearly",
    "volatility",
    "sharpe",
    "trade-distribution",
    "trade-sequence",
)


def backtest(bars: Bars, winbuy: int = 50, winsell: int = 200) -> Document:
    body = encoded(backtest_answer(bars, winbuy=winbuy, winsell=winsell))
    return backtest_document(read_backtest(body), body)


def prediction(bars: Bars) -> Document:
    body = encoded(forecast_answer(bars, include=("history",)))
    hindcast = read_forecast(
        encoded(forecast_answer(bars, as_of=-31, include=("history", "actuals")))
    )
    scorecard = read_scorecard(encoded(scorecard_answer(bars, record())))
    track = TrackRecord(hindcast, "", scorecard, read_model_card(encoded(model_card())))
    return prediction_document(read_forecast(body), track, body)


@pytest.fixture(scope="module", params=["backtest", "prediction", "one bar", "cheap", "dear"])
def document(request: pytest.FixtureRequest, msft: Bars) -> Document:
    return {
        "backtest": lambda: backtest(msft),
        "prediction": lambda: prediction(msft),
        "one bar": lambda: backtest(waves(1), 2, 2),
        "cheap": lambda: backtest(waves(900, level=0.0003), 5, 20),
        "dear": lambda: backtest(waves(900, level=400_000.0), 5, 20),
    }[request.param]()


def test_every_figure_is_valid_plotly(document: Document) -> None:
    for figure in document.drawable:
        assert figure.spec is not None
        go.Figure(figure.spec)  # raises on any property Plotly does not have


def test_every_figure_has_title_unit_legend_source_and_alternative_text(document: Document) -> None:
    for figure in document.figures:
        assert figure.title
        assert figure.unit
        assert figure.source
        assert figure.missing or (figure.legend and figure.alt)


def test_every_number_is_finite_or_null(document: Document) -> None:
    for figure in document.drawable:
        assert all_finite(figure.spec)


def test_every_colour_has_a_dark_partner(document: Document) -> None:
    for figure in document.drawable:
        for value in strings(figure.spec):
            if value.startswith(("#", "rgba(")) and value != "rgba(0,0,0,0)":
                assert value in palette.DARK_PARTNERS, (figure.id, value)


def test_a_backtest_has_all_its_charts(msft: Bars) -> None:
    document = backtest(msft)
    assert tuple(figure.id for figure in document.drawable) == FIGURES


def test_every_trade_is_marked(msft: Bars) -> None:
    for winbuy, winsell in ((50, 200), (3, 4)):
        answer = read_backtest(encoded(backtest_answer(msft, winbuy=winbuy, winsell=winsell)))
        figure = by_id(backtest(msft, winbuy, winsell), "price")
        traces = {trace["name"]: trace for trace in figure.spec["data"]}
        sold = sum(trade.exit is not None for trade in answer.trades)
        assert len(dates_of(traces["Buy"])) == len(answer.trades)
        assert len(dates_of(traces["Sell"])) == sold


def test_the_fan_opens_at_the_last_close(msft: Bars) -> None:
    figure = by_id(prediction(msft), "fan")
    futures = [trace for trace in figure.spec["data"] if len(trace["x"]) == 31]
    assert {trace["y"][0] for trace in futures} == {msft.close[-1]}
    assert {trace["x"][0] for trace in futures} == {msft.date[-1]}


def test_the_error_chart_compares_each_session_with_the_baseline(msft: Bars) -> None:
    model, naive = by_id(prediction(msft), "error").spec["data"]
    assert model["x"] == naive["x"] == list(range(1, 31))
    actual = msft.close[-30:]
    wanted = [abs(msft.close[-31] - close) / close for close in actual]
    assert naive["y"] == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("low", "high"), [(9_000, 12_000), (0.0002, 0.0004), (1, 1e6), (400_000, 410_000), (5, 5)]
)
def test_log_ticks_are_few_round_and_inside(low: float, high: float) -> None:
    ticks = log_ticks(low, high)
    assert 1 <= len(ticks) <= 9
    assert all(low * 0.999 <= tick <= high * 1.001 for tick in ticks)
    assert ticks == sorted(set(ticks))


def test_gains_and_losses_never_share_a_bin() -> None:
    for returns in (
        [0.1],
        [-0.1],
        [0.0],
        [-0.4, 0.01, 0.02, 0.3],
        [0.01 * i - 0.2 for i in range(60)],
    ):
        edges = bin_edges(returns)
        assert min(abs(edge) for edge in edges) == 0
        assert edges[0] <= min(returns) + 1e-12
        assert edges[-1] >= max(returns) - 1e-12


def test_cells_show_a_sign_and_one_decimal() -> None:
    assert [cell_text(v) for v in (0.1234, -0.05, 0.0, 0.0002, 1.5)] == [
        "+12.3",
        "\u22125.0",
        "0",
        "0",
        "+150",
    ]


def test_troughs_too_near_share_a_badge() -> None:
    spells = [Spell(0, at, None, -0.5, 9) for at in (100, 500, 103, 501, 900)]
    badges = [(spell.trough, text) for spell, text in shared_badges(spells, nearest=30)]
    assert badges == [(100, "1+"), (500, "2+"), (900, "5")]


def by_id(document: Document, id_: str) -> Figure:
    return next(figure for figure in document.figures if figure.id == id_)


def dates_of(trace: Mapping[str, list[str | None]]) -> set[str]:
    return {day for day in trace["x"] if day is not None}


def all_finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return all(all_finite(inner) for inner in members(value))


def strings(value: object) -> set[str]:
    if isinstance(value, str):
        return {value}
    return set().union(*(strings(inner) for inner in members(value)))


def members(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


def test_a_chart_that_fails_while_it_is_computed_leaves_a_sentence_and_the_others() -> None:
    """A logarithmic scale has no place for a value that is zero."""
    answer = backtest_answer(waves(400), winbuy=5, winsell=20)
    answer["equity_curve"]["buy_and_hold"][-1] = 0.0
    body = encoded(answer)
    document = backtest_document(read_backtest(body), body)
    missing = {figure.id: figure.missing for figure in document.figures if figure.spec is None}
    assert missing == {"equity-log": FAILED}
    assert FAILED in page(document).decode()
    job = print_job(document, identifier="test")
    assert FAILED in job.html
    assert len(job.drawings) == len(FIGURES) - 1
