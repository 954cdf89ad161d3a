"""The sensitivity card: what each choice of the set-up makes of the result, or why nobody can say."""

import httpx
import pytest
from fastapi import FastAPI

from barline_core.testing import InternalClient
from barline_reports.backtest_document import backtest_document
from barline_reports.document import Table
from barline_reports.schemas import read_backtest, read_sensitivity
from barline_reports.sensitivity import Sensitivity

from .report_samples import Bars, backtest_answer, encoded, sensitivity_answer
from .sample_services import SampleServices, problem

URL = "/documents/backtest?symbol=MSFT&winbuy=50&winsell=200&format=json&rule=cross"


@pytest.fixture
def client(reports_app: FastAPI, internal_client: InternalClient) -> httpx.Client:
    return internal_client(reports_app, service="reports", user_id=41)


def card_of(tables: tuple[Table, ...]) -> Table:
    return next(table for table in tables if table.id == "sensitivity")


def test_every_choice_has_its_range(msft: Bars) -> None:
    body = encoded(backtest_answer(msft))
    card = Sensitivity(read_sensitivity(encoded(sensitivity_answer())))
    document = backtest_document(read_backtest(body), body, card)
    rows = {row[0]: row[1:] for row in card_of(document.tables).rows}
    assert len(rows) == 1 + 3 + 4 + 4 + 2
    assert rows["All"][0] == "\u221216.00%"  # 25 basis points, six months later, filled later
    assert (
        rows["All"][2] == rows["No slippage"][2] == rows["Filled at the same close"][2] == "+50.00%"
    )
    assert rows["Slippage of 25 basis points a leg"][2] == "0.00%"
    assert "sign-depends-on-setup" in [finding.id for finding in document.findings]


def test_a_report_has_the_card(client: httpx.Client) -> None:
    tables = {table["id"]: table for table in client.get(URL).json()["tables"]}
    assert len(tables["sensitivity"]["rows"]) == 14


def test_a_refused_card_leaves_the_report(client: httpx.Client, samples: SampleServices) -> None:
    samples.sensitivity_problem = problem(409, "not-enough-history", "Too few sessions.")
    samples.backtest = samples.backtest | {"digest": "another run"}
    answer = client.get(URL)
    samples.sensitivity_problem = None
    tables = {table["id"]: table for table in answer.json()["tables"]}
    assert tables["sensitivity"]["rows"] == []
    assert tables["sensitivity"]["note"] == "The result could not be varied: Too few sessions."


def test_a_card_of_other_bars_is_not_taken(client: httpx.Client, samples: SampleServices) -> None:
    samples.varied_on = "0000" * 16
    answer = client.get(URL.replace("format=json", "format=html"))
    samples.varied_on = "9f2a" * 16
    assert answer.status_code == 503
    assert "changing just now" in answer.json()["detail"]
