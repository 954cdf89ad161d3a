"""Two runs side by side: the same words for both, what sets them apart first, and nobody else's run."""

import io
from collections.abc import Iterator

import httpx
import orjson
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from barline_core.testing import InternalClient
from barline_reports.comparison_document import comparison_document
from barline_reports.document import Document
from barline_reports.formats import percent
from barline_reports.schemas import read_backtest

from .report_samples import Bars, Json, backtest_answer, encoded, waves, without
from .sample_services import SampleServices

FIRST, SECOND = "backtest-first", "backtest-second"
COMPARISON = f"/documents/comparison?first={FIRST}&second={SECOND}"


def run(bars: Bars, run_id: str, winbuy: int, winsell: int, **parameters: object) -> Json:
    answer = backtest_answer(bars, winbuy=winbuy, winsell=winsell) | {"run_id": run_id}
    return answer | {"parameters": answer["parameters"] | parameters}


def compare(first: Json, second: Json) -> Document:
    a, b = (read_backtest(encoded(without(one, "prices"))) for one in (first, second))
    return comparison_document(a, b, b"{}")


@pytest.fixture
def client(
    reports_app: FastAPI, internal_client: InternalClient, samples: SampleServices, msft: Bars
) -> Iterator[httpx.Client]:
    samples.runs = {FIRST: run(msft, FIRST, 50, 200), SECOND: run(msft, SECOND, 20, 100)}
    yield internal_client(reports_app, service="reports", user_id=21)
    samples.runs = {}


def test_both_runs_stand_side_by_side(msft: Bars) -> None:
    first, second = run(msft, FIRST, 50, 200), run(msft, SECOND, 20, 100)
    document = compare(first, second)
    total = next(one for one in document.key_figures if one.id == "total_return")
    assert total.value == percent(first["metrics"]["total_return"])
    assert total.benchmark == percent(second["metrics"]["total_return"])
    rows = {row[0]: row[1:] for row in document.tables[0].rows}
    assert rows["Buy window, sessions"] == ("50", "20")
    assert "Symbol" not in rows
    assert [one.id for one in document.findings] == []
    assert len(document.drawable) == 4


def test_what_is_hard_to_compare_is_said_first(msft: Bars) -> None:
    document = compare(
        run(msft, FIRST, 50, 200), run(waves(300), SECOND, 5, 20, fill="same_close", slippage_bps=5)
    )
    assert [one.id for one in document.findings] == ["different-periods", "different-conditions"]
    assert "fill" in document.findings[1].message
    assert "Sessions" in {row[0] for row in document.tables[0].rows}


@pytest.mark.parametrize("format_", ["json", "html", "pdf"])
def test_it_comes_in_every_format(client: httpx.Client, format_: str) -> None:
    answer = client.get(f"{COMPARISON}&format={format_}")
    assert answer.status_code == 200
    listed = client.get(f"/reports?kind=comparison&format={format_}").json()
    assert listed["results"][0]["id"] == answer.headers["X-Report-Id"]
    assert client.get(f"{COMPARISON}&format={format_}").content == answer.content


def test_the_pdf_carries_both_answers(client: httpx.Client, samples: SampleServices) -> None:
    reader = PdfReader(io.BytesIO(client.get(f"{COMPARISON}&format=pdf").content))
    attached = orjson.loads(reader.attachments["comparison.json"][0])
    assert attached["first"] == orjson.loads(encoded(without(samples.runs[FIRST], "prices")))
    assert attached["second"]["run_id"] == SECOND


def test_a_report_stands_for_its_run(client: httpx.Client, samples: SampleServices) -> None:
    made = client.get("/documents/backtest?symbol=MSFT&winbuy=50&winsell=200&format=html")
    report_id = made.headers["X-Report-Id"]
    shown = client.get("/reports?format=html").json()["results"][0]["subject_id"]
    samples.runs[shown] = samples.runs[FIRST]
    by_report = client.get(f"/documents/comparison?first={report_id}&second={SECOND}")
    assert by_report.status_code == 200
    assert by_report.content == client.get(COMPARISON).content


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        (FIRST, "backtest-unknown", 404),
        (FIRST, "report-unknown", 404),
        (FIRST, "sweep-1", 409),
        (FIRST, FIRST, 400),
        (FIRST, "backtest-..%2F..%2Fjobs", 400),
        (FIRST, "", 400),
    ],
)
def test_what_cannot_be_compared_is_a_problem(
    client: httpx.Client, first: str, second: str, status: int
) -> None:
    answer = client.get(f"/documents/comparison?first={first}&second={second}")
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_forecast_s_report_is_no_backtest(client: httpx.Client) -> None:
    made = client.get("/documents/prediction?symbol=MSFT&format=json")
    answer = client.get(f"/documents/comparison?first={FIRST}&second={made.headers['X-Report-Id']}")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["parameter"] == "second"
