"""What a report says: the figures of the result, in words, also when there is little to say."""

import hashlib

import orjson
import pytest

from barline_reports.backtest_document import MOST_TRADES, backtest_document
from barline_reports.document import Document, Table
from barline_reports.errors import AnswerNotUnderstood
from barline_reports.formats import number, percent
from barline_reports.prediction_document import TrackRecord, prediction_document
from barline_reports.schemas import read_backtest, read_forecast

from .report_samples import Bars, Json, backtest_answer, drawdowns, encoded, forecast_answer, waves


def report(answer: Json) -> Document:
    body = encoded(answer)
    return backtest_document(read_backtest(body), body)


def forecast(bars: Bars, track: TrackRecord | None = None, **changes: object) -> Document:
    body = encoded(forecast_answer(bars, include=("history",), **changes))  # type: ignore[arg-type]  # any of its own
    return prediction_document(read_forecast(body), track or TrackRecord(None, "Too short."), body)


def hindcast(bars: Bars) -> TrackRecord:
    body = encoded(forecast_answer(bars, as_of=-31, include=("history", "actuals")))
    return TrackRecord(read_forecast(body))


def table(document: Document, id_: str) -> Table:
    return next(one for one in document.tables if one.id == id_)


def key(document: Document, id_: str) -> tuple[str, str]:
    figure = next(one for one in document.key_figures if one.id == id_)
    return figure.value, figure.benchmark


def test_key_figures_stand_beside_buy_and_hold(msft: Bars) -> None:
    answer = backtest_answer(msft)
    own, held = answer["metrics"], answer["buy_and_hold"]
    document = report(answer)
    assert key(document, "total_return") == (
        percent(own["total_return"]),
        percent(held["total_return"]),
    )
    assert key(document, "sharpe") == (number(own["sharpe"]), number(held["sharpe"]))
    assert sum(figure.headline for figure in document.key_figures) == 4


def test_the_certificate_names_run_digest_data_and_attachment(msft: Bars) -> None:
    answer = backtest_answer(msft)
    facts = {fact.label: fact.value for fact in report(answer).certificate}
    assert facts["Run"] == answer["run_id"]
    assert facts["Digest of the run"] == answer["digest"]
    assert facts["Data version"] == answer["data"]["data_version"]
    assert facts["SHA-256 of the JSON result"] == hashlib.sha256(encoded(answer)).hexdigest()


def test_the_trade_table_is_capped_and_says_how_many_more_there_are() -> None:
    answer = backtest_answer(waves(6000, jitter=0.05), winbuy=2, winsell=2)
    amount = len(answer["trades"])
    assert amount > 1000
    trades = table(report(answer), "trades")
    assert len(trades.rows) == MOST_TRADES
    assert trades.rows[-1][0] == f"{amount:,}"
    assert f"other {amount - MOST_TRADES:,} are in the JSON result" in trades.note


def test_the_worst_drawdowns_are_listed_deepest_first() -> None:
    answer = backtest_answer(waves(3000))
    curve = answer["equity_curve"]
    curve["equity"] = curve["buy_and_hold"]
    curve["drawdown"] = drawdowns(curve["equity"], 10_000.0)
    rows = table(report(answer), "drawdowns").rows
    assert [row[0] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0][1] == percent(min(curve["drawdown"]))


def test_a_run_without_a_trade_says_so() -> None:
    answer = backtest_answer(waves(150), winbuy=200, winsell=200)
    assert answer["trades"] == []
    document = report(answer)
    assert "The rule made no trade" in document.summary[2]
    assert table(document, "trades").note == "No trade was made."
    assert table(document, "drawdowns").rows == ()
    missing = {figure.id: figure.missing for figure in document.figures if figure.spec is None}
    assert missing == {
        "trade-distribution": "Not drawn: no trade was closed.",
        "trade-sequence": "Not drawn: no trade was closed.",
    }


def test_one_bar_is_enough() -> None:
    document = report(backtest_answer(waves(1), winbuy=2, winsell=2))
    assert key(document, "sharpe") == ("n/a", "n/a")
    missing = {figure.id for figure in document.figures if figure.spec is None}
    assert missing == {"volatility", "sharpe", "trade-distribution", "trade-sequence"}


@pytest.mark.parametrize(("level", "bought"), [(400_000.0, "400,000.00"), (0.0003, "0.0003000")])
def test_prices_of_any_size_are_written_in_full(level: float, bought: str) -> None:
    rows = table(
        report(backtest_answer(waves(900, level=level), winbuy=5, winsell=20)), "trades"
    ).rows
    assert rows
    assert all("e" not in cell for row in rows for cell in row if cell != "open")
    assert len(rows[0][2].partition(".")[2]) == len(bought.partition(".")[2])


def test_an_open_position_and_a_pending_order_are_said() -> None:
    answer = backtest_answer(waves(400), winbuy=5, winsell=20)
    answer["pending_order"] = {"side": "buy", "signal_date": "2013-03-01", "close": 1.0}
    summary = report(answer).summary[2]
    assert "A buy order of 2013-03-01 is pending" in summary


def test_findings_keep_their_severity(msft: Bars) -> None:
    found = [{"id": "few-trades", "severity": "warning", "message": "Only 3 trades."}]
    (finding,) = report(backtest_answer(msft, findings=found)).findings
    assert (finding.id, finding.severity, finding.message) == (
        "few-trades",
        "warning",
        "Only 3 trades.",
    )


def test_a_document_is_json_with_the_parts_the_pages_need(msft: Bars) -> None:
    document = orjson.loads(orjson.dumps(report(backtest_answer(msft))))
    assert set(document) == {
        "kind",
        "symbol",
        "title",
        "subtitle",
        "identity",
        "subject_id",
        "summary",
        "value_label",
        "benchmark_label",
        "key_figures",
        "findings",
        "figures",
        "tables",
        "parameters",
        "certificate",
        "palette",
        "data_through",
    }
    assert set(document["figures"][0]["spec"]) == {"data", "layout"}


def test_the_forecast_begins_with_the_verdict(msft: Bars) -> None:
    document = forecast(msft, hindcast(msft))
    assert (
        document.summary[0] == "The model has not beaten the naive baseline on this symbol so far."
    )
    assert "80 of 100 outcomes are expected between" in document.summary[1]


def test_the_forecast_lists_every_step_and_every_outcome(msft: Bars) -> None:
    document = forecast(msft, hindcast(msft))
    steps, outcomes = table(document, "steps").rows, table(document, "hindcast-outcomes").rows
    assert (
        [row[0] for row in steps] == [row[0] for row in outcomes] == [str(k) for k in range(1, 31)]
    )
    assert [row[3] for row in outcomes] == [f"{close:.2f}" for close in msft.close[-30:]]


def test_the_mean_error_is_plain_arithmetic(msft: Bars) -> None:
    actual, start = msft.close[-30:], msft.close[-31]
    naive = sum(abs(start - close) / close for close in actual) / 30
    assert key(forecast(msft, hindcast(msft)), "mean_error")[1] == percent(naive, signed=False)


def test_a_forecast_without_a_track_record_says_why(msft: Bars) -> None:
    document = forecast(msft)
    assert [finding.message for finding in document.findings] == ["Too short."]
    assert [figure.id for figure in document.figures] == ["fan"]
    assert [one.id for one in document.tables] == ["steps"]


def test_an_in_sample_forecast_is_marked(msft: Bars) -> None:
    document = forecast(msft, in_sample=True, verdict=None)
    assert "in_sample" in [finding.id for finding in document.findings]
    assert {fact.label: fact.value for fact in document.parameters}["In sample here"] == "yes"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"trades": null}', b"<html>"])
def test_an_answer_in_another_shape_is_a_problem(body: bytes) -> None:
    with pytest.raises(AnswerNotUnderstood):
        read_backtest(body)
    with pytest.raises(AnswerNotUnderstood):
        read_forecast(body)
