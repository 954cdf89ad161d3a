"""The Forecast page on the real services: the forecast with its track record, and batches with progress and cancel."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bokeh_sampledata.stocks import IBM

from barline_core.testing import drain_queue, serving

from .conftest import reaching

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

SESSIONS = 600
HTMX = {"HX-Request": "true"}
BATCHES = "/reporting/forecast/batches"


@pytest.fixture(scope="module")
def forecasting_urls(django_ready: None, internal_keys_dir: Path) -> Iterator[dict[str, str]]:
    """The prediction service and reports in front of it, on the gateway's database."""
    from barline_prediction.app import create_app as prediction
    from barline_prediction.settings import PredictionSettings
    from barline_reports.app import create_app as reports
    from barline_reports.settings import ReportsSettings

    common = {"database_url": os.environ["DATABASE_URL"], "internal_keys_dir": internal_keys_dir}
    with serving(prediction(PredictionSettings(**common))) as prediction_url:
        settings = ReportsSettings(prediction_url=prediction_url, **common)
        with serving(reports(settings)) as reports_url:
            yield {"prediction_url": prediction_url, "reports_url": reports_url}


@pytest.fixture
def reader(forecasting_urls: dict[str, str], browser: "Client", ibm: str) -> "Iterator[Client]":
    """Somebody signed in; IBM's last 600 bars are here, and a symbol with none."""
    with reaching(forecasting_urls):
        yield browser


@pytest.fixture
def ibm(clean_database: None) -> Iterator[str]:
    from django.db import connection

    from barline_gateway.registry.models import Symbol

    symbol = Symbol.objects.create(ticker="IBM", currency="USD")
    Symbol.objects.create(ticker="BARE")
    days = [date.fromisoformat(day) for day in IBM["date"][-SESSIONS:]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO daily_bar SELECT %s, day, close, close, close, close, 1000, %s"
            " FROM unnest(%s::date[], %s::float[]) AS bars(day, close)",
            (symbol.pk, datetime.now(UTC), days, IBM["close"][-SESSIONS:]),
        )
    yield "IBM"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM daily_bar WHERE symbol_id = %s", (symbol.pk,))
        cursor.execute(
            "TRUNCATE forecast_step, forecast, forecast_batch_symbol, forecast_batch, job"
        )


def work() -> None:
    """Do what is queued, as a worker would."""
    from barline_core.db import connect
    from barline_prediction.artefact import load_model
    from barline_prediction.batching import Workplace
    from barline_prediction.tasks import build_tasks

    url = os.environ["DATABASE_URL"]
    database = connect(url)
    drain_queue(url, build_tasks(Workplace(database, load_model)), "prediction")
    database.close()


def text_of(answer: "HttpResponse") -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def job_of(page: str) -> str:
    (job_id,) = set(re.findall(r'id="job-(prediction-[0-9a-f]{32})"', page))
    return job_id


def order(reader: "Client", **fields: str) -> str:
    """The id of the job that the form started."""
    page = text_of(reader.post(BATCHES, {"every": "5"} | fields, headers=HTMX))
    return job_of(page)


def test_the_page_says_what_the_forecast_is_worth(reader: "Client") -> None:
    answer = reader.get("/reporting/forecast", {"symbol": "IBM"})
    page = text_of(answer)
    assert answer.status_code == 200
    assert (
        "Not scored yet: no live forecast of IBM by this model has met its actual closes." in page
    )
    assert "Over 1 hindcast of IBM, made later from the bars of their day" in page
    assert "it has not" in page  # beaten it, or shown to be better
    assert {"fan", "predicted-actual", "error", "losses", "coverage"} <= set(
        re.findall(r'data-figure="([a-z_-]+)"', page)
    )
    for title in ("Track record by horizon", "Against each baseline", "Model card"):
        assert title in page
    assert "The model on held-out symbols and years" in page


def test_asking_again_shows_the_same_page(reader: "Client") -> None:
    first, second = (reader.get("/reporting/forecast", {"symbol": "IBM"}) for _ in range(2))
    words = r'<div class="summary">.*?</div>'
    assert re.findall(words, text_of(first)) == re.findall(words, text_of(second))


def test_too_little_history_is_said_where_the_result_would_be(reader: "Client") -> None:
    answer = reader.get("/reporting/forecast", {"symbol": "BARE"})
    assert answer.status_code == 409
    assert "BARE has 0 usable sessions; a forecast needs 260" in text_of(answer)


def test_a_date_to_come_is_an_error_of_its_field(reader: "Client") -> None:
    page = text_of(reader.get("/reporting/forecast", {"symbol": "IBM", "as_of": "2999-01-04"}))
    assert "lies after the market" in page
    assert 'aria-invalid="true"' in page


class TestABatch:
    def test_its_progress_and_what_became_of_each_symbol(self, reader: "Client") -> None:
        job_id = order(reader, symbols="ibm, BARE")
        progress = text_of(reader.get(f"/reporting/jobs/{job_id}", headers=HTMX))
        assert "<progress" in progress
        assert "Cancel: Forecasting IBM, BARE" in progress
        waiting = text_of(reader.get(f"{BATCHES}/{job_id}"))
        assert "waiting" in waiting
        work()
        done = text_of(reader.get(f"/reporting/jobs/{job_id}", headers=HTMX))
        assert "Done. 1 of 2 symbols forecast." in done
        assert f'href="{BATCHES}/{job_id}"' in done
        batch = text_of(reader.get(f"{BATCHES}/{job_id}"))
        assert "Forecasts of 2 symbols" in batch
        assert '<a href="/reporting/forecast?symbol=IBM">IBM</a>' in batch
        assert "BARE has 0 usable sessions" in batch

    def test_hindcasts_fill_the_track_record(self, reader: "Client") -> None:
        job_id = order(reader, symbols="IBM", start="2012-10-01", every="10")
        work()
        batch = text_of(reader.get(f"{BATCHES}/{job_id}"))
        assert "Hindcasts of 1 symbol" in batch
        assert "every 10th session from 2012-10-01" in batch
        page = text_of(reader.get("/reporting/forecast", {"symbol": "IBM"}))
        assert 'data-figure="outcomes"' in page
        assert re.search(r"Over \d\d hindcasts of IBM", page)

    def test_it_can_be_cancelled(self, reader: "Client") -> None:
        job_id = order(reader, symbols="IBM")
        shown = text_of(reader.post(f"/reporting/jobs/{job_id}/cancel", headers=HTMX))
        assert "Cancelled. What was forecast before is kept." in shown
        assert "Try again" not in shown

    def test_without_symbols_all_that_are_followed(self, reader: "Client") -> None:
        job_id = order(reader)
        work()
        assert "Forecasts of 2 symbols" in text_of(reader.get(f"{BATCHES}/{job_id}"))

    def test_a_browser_without_scripts_comes_back_to_the_page(self, reader: "Client") -> None:
        answer = reader.post(BATCHES, {"symbols": "IBM", "every": "5"}, follow=True)
        page = text_of(answer)
        assert answer.redirect_chain == [("/reporting/forecast", 302)]
        assert '<details class="many" id="many" open>' in page
        assert job_of(page)

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"symbols": "IBM, no_good"}, "NO_GOOD cannot be a symbol."),
            ({"symbols": "NOPE"}, "Not registered here"),
            ({"symbols": "IBM", "start": "2999-01-04"}, "lies before the start"),
            ({"symbols": "IBM", "start": "soon"}, "Enter a valid date."),
            ({"symbols": "IBM", "every": "0"}, "Must be at least 1."),
            ({"symbols": "IBM", "every": ""}, "Please fill this in."),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, reader: "Client", fields: dict[str, str], words: str
    ) -> None:
        answer = reader.post(BATCHES, {"every": "5"} | fields, headers=HTMX)
        page = text_of(answer)
        assert words in page
        assert 'class="errorlist"' in page
        assert "job-prediction" not in page
        whole = text_of(reader.post(BATCHES, {"every": "5"} | fields))
        assert words in whole
        assert "<h1>Forecast</h1>" in whole

    def test_another_person_sees_nothing_of_it(self, reader: "Client") -> None:
        from django.contrib.auth.models import User
        from django.test import Client

        job_id = order(reader, symbols="IBM")
        other = Client(headers={"host": "localhost"})
        other.force_login(User.objects.create_user(username="eve"))
        assert other.get(f"{BATCHES}/{job_id}").status_code == 404
        assert "There is no job" in text_of(other.get(f"/reporting/jobs/{job_id}", headers=HTMX))

    @pytest.mark.parametrize("number", ["0", "abc", "1.5"])
    def test_a_page_that_is_none_is_a_problem(self, reader: "Client", number: str) -> None:
        job_id = order(reader, symbols="IBM")
        assert reader.get(f"{BATCHES}/{job_id}", {"page": number}).status_code == 400


def test_without_the_service_the_form_says_so(
    services_down: None, browser: "Client", ibm: str
) -> None:
    page = text_of(browser.post(BATCHES, {"symbols": "IBM", "every": "5"}, headers=HTMX))
    assert "prediction service cannot be reached" in page
    assert browser.get(f"{BATCHES}/prediction-1").status_code == 503
