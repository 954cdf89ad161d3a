"""The service over HTTP: results from a real server, reports kept for their owners, problems passed on."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI
from pypdf import PdfReader

from barline_core.testing import InternalClient
from barline_reports.app import create_app
from barline_reports.settings import ReportsSettings

from .conftest import CHROMIUM
from .report_samples import encoded, forecast_answer, waves, without
from .sample_services import SampleServices, problem
from .scorecard_samples import record

BACKTEST = "/documents/backtest?symbol=MSFT&winbuy=50&winsell=200"
PREDICTION = "/documents/prediction?symbol=MSFT"


@dataclass
class Service:
    """A client for one user, and the servers behind."""

    client: httpx.Client
    samples: SampleServices


@pytest.fixture
def service(
    reports_app: FastAPI, internal_client: InternalClient, samples: SampleServices
) -> Iterator[Service]:
    bars, answer = samples.bars, samples.backtest
    yield Service(internal_client(reports_app, service="reports", user_id=1), samples)
    samples.bars, samples.backtest = bars, answer
    samples.problem = samples.hindcast_problem = samples.raw = samples.sensitivity_problem = None
    samples.varied_on = "9f2a" * 16
    samples.delay_s = 0.0


def test_a_backtest_comes_as_pdf_with_the_answer_attached(service: Service) -> None:
    answer = service.client.get(BACKTEST + "&format=pdf")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith(
        'inline; filename="barline-msft-backtest-'
    )
    plain = encoded(without(service.samples.backtest, "prices"))
    assert PdfReader(io.BytesIO(answer.content)).attachments == {"backtest.json": [plain]}


def test_a_backtest_comes_as_the_document_pages_draw(service: Service) -> None:
    answer = service.client.get(BACKTEST)
    document = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert (document["kind"], document["symbol"]) == ("backtest", "MSFT")
    assert len(document["figures"]) == 10


def test_html_may_run_only_its_own_scripts(service: Service) -> None:
    answer = service.client.get(BACKTEST + "&format=html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'; script-src 'sha256-" in answer.headers["Content-Security-Policy"]


def test_all_parameters_reach_the_backtest_service(service: Service) -> None:
    service.samples.asked.clear()
    service.client.get(BACKTEST + "&fill=next_close&commission_bps=3&format=json")
    wanted = {
        "symbol": "MSFT",
        "winbuy": "50",
        "winsell": "200",
        "fill": "next_close",
        "commission_bps": "3",
    }
    assert service.samples.asked[0] == ("/back_test", wanted)
    assert all("format" not in params for _, params in service.samples.asked)


def test_the_user_s_identity_travels_in_this_service_s_name(
    reports_app: FastAPI, internal_client: InternalClient, service: Service
) -> None:
    client = internal_client(reports_app, service="reports", user_id=42, scope="read")
    service.samples.claims.clear()
    client.get(BACKTEST + "&rule=cross")
    for claims in service.samples.claims:
        assert (claims["iss"], claims["aud"], claims["sub"], claims["scope"]) == (
            "reports",
            "backtest",
            "42",
            "read",
        )


def test_an_unsigned_call_is_refused(service: Service) -> None:
    answer = httpx.get(str(service.client.base_url) + BACKTEST, timeout=10)
    assert answer.status_code == 401


def test_the_same_report_is_made_once(service: Service) -> None:
    first = service.client.get(BACKTEST + "&format=pdf")
    service.samples.asked.clear()
    again = service.client.get(BACKTEST + "&format=pdf")
    assert again.content == first.content
    assert again.headers["X-Report-Id"] == first.headers["X-Report-Id"]
    assert len(service.samples.asked) == 1  # the prices were not needed any more


def test_another_result_is_another_report(service: Service) -> None:
    first = service.client.get(BACKTEST)
    service.samples.backtest = service.samples.backtest | {"run_id": "run-2"}
    second = service.client.get(BACKTEST)
    assert first.headers["X-Report-Id"] != second.headers["X-Report-Id"]


def test_bars_that_change_between_the_reads_are_a_503(service: Service) -> None:
    service.samples.changing = True
    answer = service.client.get(BACKTEST)
    service.samples.changing = False
    assert answer.status_code == 503
    assert "changing just now" in answer.json()["detail"]


def test_reports_are_listed_for_their_owner_only(
    reports_app: FastAPI, internal_client: InternalClient, service: Service
) -> None:
    stranger = internal_client(reports_app, service="reports", user_id=77)
    assert stranger.get("/reports").json() == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }
    made = service.client.get(BACKTEST).headers["X-Report-Id"]
    listed = service.client.get("/reports").json()
    assert listed["results"][0]["id"] == made
    assert set(listed["results"][0]) == {
        "id",
        "kind",
        "symbol",
        "title",
        "subject_id",
        "format",
        "media_type",
        "size_bytes",
        "requested_at",
    }
    assert stranger.get(f"/reports/{made}").status_code == 404
    assert stranger.get("/reports/report-0").json()["detail"] == "You have no report report-0."


def test_two_owners_of_one_report_have_ids_of_their_own(
    reports_app: FastAPI, internal_client: InternalClient, service: Service
) -> None:
    other = internal_client(reports_app, service="reports", user_id=78)
    mine, theirs = service.client.get(BACKTEST), other.get(BACKTEST)
    assert mine.content == theirs.content
    assert mine.headers["X-Report-Id"] != theirs.headers["X-Report-Id"]
    assert other.get("/reports").json()["count"] == 1


def test_the_list_has_pages_and_filters(
    reports_app: FastAPI, internal_client: InternalClient, service: Service
) -> None:
    client = internal_client(reports_app, service="reports", user_id=5)
    for url in (BACKTEST, BACKTEST + "&format=html", PREDICTION):
        client.get(url)
    first = client.get("/reports?page_size=2").json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    assert first["results"][0]["kind"] == "prediction"
    second = client.get(first["next"]).json()
    assert (len(second["results"]), second["next"]) == (1, None)
    assert client.get("/reports?format=html").json()["count"] == 1
    assert client.get("/reports?kind=prediction&symbol=msft").json()["count"] == 1
    assert client.get("/reports?symbol=IBM").json()["count"] == 0


def test_a_report_is_downloaded_as_it_was(service: Service) -> None:
    made = service.client.get(BACKTEST + "&format=html")
    url = f"/reports/{made.headers['X-Report-Id']}"
    assert service.client.get(url).content == made.content
    saved = service.client.get(url + "?disposition=attachment")
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=")
    assert service.client.get(url + "?disposition=elsewhere").status_code == 400


def test_all_that_shows_what_a_forecast_is_worth_is_asked_for(service: Service) -> None:
    """The forecast of thirty sessions ago before the answer, whose verdict it belongs to."""
    service.samples.asked.clear()
    answer = service.client.get(PREDICTION + "&format=pdf")
    bars = service.samples.bars
    past = {"symbol": "MSFT", "as_of": bars.date[-31], "include": "history,actuals"}
    assert service.samples.asked == [
        ("/ai_prediction", {"symbol": "MSFT", "include": "history"}),
        ("/ai_prediction", past),
        ("/ai_prediction", {"symbol": "MSFT"}),
        ("/ai_prediction/scorecard", {"symbol": "MSFT", "step": "10"}),
        ("/ai_prediction/model", {}),
    ]
    attached = PdfReader(io.BytesIO(answer.content)).attachments
    assert attached == {"prediction.json": [encoded(forecast_answer(bars))]}


def test_a_record_that_has_grown_is_another_report(service: Service) -> None:
    first = service.client.get(PREDICTION)
    assert service.client.get(PREDICTION).content == first.content
    service.samples.records = [record(vintages=13)]
    second = service.client.get(PREDICTION)
    assert second.headers["X-Report-Id"] != first.headers["X-Report-Id"]
    service.samples.records = [record()]


def test_a_hindcast_is_drawn_with_what_happened(service: Service) -> None:
    as_of = service.samples.bars.date[-50]
    document = service.client.get(PREDICTION + f"&as_of={as_of}").json()
    fan = next(figure for figure in document["figures"] if figure["id"] == "fan")
    assert "Actual close" in [trace.get("name") for trace in fan["spec"]["data"]]
    assert "hindcast" in [finding["id"] for finding in document["findings"]]


def test_a_history_too_short_for_the_second_forecast_is_no_problem(service: Service) -> None:
    detail = "A forecast needs 260 sessions; MSFT has 255 up to then."
    service.samples.hindcast_problem = problem(409, "not-enough-history", detail)
    document = service.client.get(PREDICTION).json()
    (finding,) = document["findings"]
    assert finding["id"] == "no_track_record"
    assert detail in finding["message"]


def test_a_history_of_a_few_sessions_is_no_problem(service: Service) -> None:
    service.samples.bars = waves(20)
    document = service.client.get(PREDICTION).json()
    assert document["findings"][0]["id"] == "no_track_record"


def test_another_problem_of_the_second_forecast_is_passed_on(service: Service) -> None:
    service.samples.hindcast_problem = problem(409, "conflict", "Something else.")
    assert service.client.get(PREDICTION).json()["type"].endswith("/conflict")


def test_the_other_service_s_problem_is_passed_on_unchanged(service: Service) -> None:
    upstream = problem(404, "unknown-symbol", "There is no symbol NOPE.")
    service.samples.problem = upstream
    for url in (BACKTEST + "&format=pdf", PREDICTION):
        answer = service.client.get(url)
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.content == upstream.body


def test_a_busy_service_s_retry_after_is_passed_on(service: Service) -> None:
    service.samples.problem = problem(503, "service-unavailable", "Busy.", **{"Retry-After": "7"})
    answer = service.client.get(BACKTEST)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


def test_an_answer_that_makes_no_sense_is_a_502(service: Service) -> None:
    service.samples.raw = b'{"digest": "x"}'
    answer = service.client.get(BACKTEST)
    assert answer.status_code == 502
    assert "in a shape this service does not know" in answer.json()["detail"]


def test_a_slow_service_is_a_504(service: Service) -> None:
    service.samples.delay_s = 3.0
    answer = service.client.get(BACKTEST)
    assert answer.status_code == 504
    assert answer.headers["Retry-After"] == "30"


def test_wrong_parameters_are_400(service: Service) -> None:
    assert service.client.get(BACKTEST + "&format=docx").status_code == 400
    assert service.client.get(PREDICTION + "&colour=red").status_code == 400
    assert service.client.get("/documents/prediction").status_code == 400
    assert service.client.get("/reports?page=0").status_code == 400


def test_a_service_that_is_down_is_a_503_and_kept_reports_still_come(
    service: Service, database_url: str, internal_keys_dir: Path, internal_client: InternalClient
) -> None:
    made = service.client.get(BACKTEST)
    alone = create_app(
        ReportsSettings(
            database_url=database_url,
            internal_keys_dir=internal_keys_dir,
            backtest_url="http://127.0.0.1:9",
            prediction_url="http://127.0.0.1:9",
            chromium_path=CHROMIUM,
        )
    )
    client = internal_client(alone, service="reports", user_id=1)
    for url in (BACKTEST, PREDICTION):
        answer = client.get(url)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.json()["type"].endswith("/service-unavailable")
    assert client.get(f"/reports/{made.headers['X-Report-Id']}").content == made.content


def test_the_service_is_ready(service: Service) -> None:
    assert orjson.loads(service.client.get("/readyz").content) == {"status": "ok"}


@pytest.mark.parametrize("symbol", ["%00", "A%00B", "' OR 1=1 --", "A" * 21])
def test_the_list_refuses_what_cannot_be_a_symbol(service: Service, symbol: str) -> None:
    answer = service.client.get(f"/reports?symbol={symbol}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "symbol"
