"""The list of symbols: what it shows, adding, refreshing, removing, and what happens when ingestion is down."""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from barline_gateway.registry.models import Symbol

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/reporting/"}


def text(answer: "Answer") -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def job_in(answer: "Answer") -> str:
    found = re.search(r"/reporting/jobs/(ingestion-[0-9a-f]+)", answer.content.decode())
    assert found is not None
    return found[1]


def test_without_a_symbol_the_page_says_how_to_begin(browser: "Client") -> None:
    page = text(browser.get("/reporting/"))
    assert "No symbol yet" in page
    assert "Refresh all" not in page


@pytest.mark.parametrize("path", ["/reporting", "/reporting/"])
def test_a_row_says_what_there_is_of_a_symbol(browser: "Client", msft: "Symbol", path: str) -> None:
    page = text(browser.get(path))
    assert "MSFT Microsoft" in page
    assert "Ready 2000-03-01 2003-05-08 800 3 missing 1 finding just now" in page


def test_a_symbol_never_tried_is_waiting(browser: "Client") -> None:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="IBM")
    page = text(browser.get("/reporting/"))
    assert "IBM \u2013 Waiting \u2013 \u2013 0 none never" in page


def test_a_failed_symbol_says_why(browser: "Client") -> None:
    from django.db import connection

    from barline_gateway.registry.models import Symbol

    symbol = Symbol.objects.create(ticker="IBM")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO symbol_status (symbol_id, state, problem) VALUES (%s, 'failed', %s)",
            (symbol.pk, '{"type": "x", "detail": "The limit of today is <reached>."}'),
        )
    answer = browser.get("/reporting/")
    assert "Failed The limit of today is &lt;reached&gt;." in text(answer)


def test_the_list_can_be_searched_and_turned_page_by_page(browser: "Client") -> None:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.bulk_create([Symbol(ticker=f"T{number:03}") for number in range(60)])
    first, second = browser.get("/reporting/"), browser.get("/reporting/?page=2")
    assert "T049" in text(first)
    assert "T050" not in text(first)
    assert "60 symbols, page 1 of 2" in text(first)
    assert "T050" in text(second)
    found = text(browser.get("/reporting/?search=t05"))
    assert "10 symbols" in found
    assert "No symbol matches" in text(browser.get("/reporting/?search=zzz"))
    assert browser.get("/reporting/?page=x&search=" + "a" * 500).status_code == 200


def test_symbols_no_longer_followed_are_a_click_away(browser: "Client", msft: "Symbol") -> None:
    msft.active = False
    msft.save()
    assert "Show 1 symbol no longer followed" in text(browser.get("/reporting/"))
    assert "Not followed" in text(browser.get("/reporting/?all=1"))


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_a_symbol_is_said_beside_the_field(
    browser: "Client", headers: dict[str, str]
) -> None:
    answer = browser.post("/reporting/symbols", {"symbol": "no good!"}, headers=headers)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in page
    assert "A symbol has 1 to 20 letters" in page
    assert ("<html" in page) == (not headers)


def test_when_ingestion_is_down_adding_says_so_and_leaves_nothing(
    services_down: None, browser: "Client"
) -> None:
    from barline_gateway.registry.models import Symbol

    answer = browser.post("/reporting/symbols", {"symbol": "IBM"}, headers=HTMX)
    assert "ingestion service cannot be reached" in text(answer)
    assert not Symbol.objects.exists()


def test_when_ingestion_is_down_the_list_still_stands(
    services_down: None, browser: "Client", msft: "Symbol"
) -> None:
    assert "MSFT" in text(browser.get("/reporting/"))
    budget = browser.get("/reporting/budget", headers=HTMX)
    assert "ingestion service cannot be reached" in text(budget)
    line = browser.get("/reporting/symbols/MSFT/sparkline", headers=HTMX)
    assert line.content.strip().decode() == "\u2013"
    assert "no-cache" in line.headers["cache-control"]
    refused = browser.post("/reporting/refreshes", headers=HTMX)
    assert "ingestion service cannot be reached" in text(refused)
    assert "MSFT" in text(refused)


def test_adding_starts_a_job_that_can_be_watched_and_cancelled(
    services: None, browser: "Client"
) -> None:
    added = browser.post("/reporting/symbols", {"symbol": "ibm"}, headers=HTMX)
    assert "Loading IBM" in text(added)
    job = job_in(added)
    watched = browser.get(f"/reporting/jobs/{job}", headers=HTMX)
    assert 'hx-trigger="every 1s"' in watched.content.decode()
    assert "<progress" in watched.content.decode()
    assert '<div class="job" ' in watched.content.decode()  # .running is hidden
    cancelled = browser.post(f"/reporting/jobs/{job}/cancel", headers=HTMX)
    assert "Cancelled." in text(cancelled)
    assert "hx-trigger" not in cancelled.content.decode()
    assert cancelled.headers["hx-trigger"] == '{"symbols-changed": {}}'


def test_only_what_moves_is_asked_for_again(services: None, browser: "Client") -> None:
    job = job_in(browser.post("/reporting/symbols", {"symbol": "IBM"}, headers=HTMX))
    ask_again = HTMX | {"HX-Target": f"progress-{job}"}
    moving = browser.get(f"/reporting/jobs/{job}", headers=ask_again)
    assert "<progress" in moving.content.decode()
    assert "<button" not in moving.content.decode()
    browser.post(f"/reporting/jobs/{job}/cancel")
    over = browser.get(f"/reporting/jobs/{job}", headers=ask_again)
    assert 'hx-trigger="load" hx-target="closest .job"' in over.content.decode()
    assert "hx-trigger" not in over.headers
    card = browser.get(f"/reporting/jobs/{job}", headers=HTMX)
    assert "Cancelled." in text(card)
    assert card.headers["hx-trigger"] == '{"symbols-changed": {}}'


def test_a_reload_finds_the_running_job_again(services: None, browser: "Client") -> None:
    job = job_in(browser.post("/reporting/symbols", {"symbol": "GOOG"}, headers=HTMX))
    assert job in browser.get("/reporting/").content.decode()
    browser.post(f"/reporting/jobs/{job}/cancel", headers=HTMX)
    assert job not in browser.get("/reporting/").content.decode()


def test_everything_works_without_htmx_too(services: None, browser: "Client") -> None:
    added = browser.post("/reporting/symbols", {"symbol": "IBM"})
    assert added.headers["location"] == "/reporting/"
    job = job_in(browser.get("/reporting/"))
    assert "Loading IBM" in text(browser.get(f"/reporting/jobs/{job}"))
    cancelled = browser.post(f"/reporting/jobs/{job}/cancel")
    assert cancelled.headers["location"] == f"/reporting/jobs/{job}"


def test_another_persons_job_does_not_exist(services: None, browser: "Client") -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    job = job_in(browser.post("/reporting/symbols", {"symbol": "IBM"}, headers=HTMX))
    stranger = Client(headers={"host": "localhost"})
    stranger.force_login(User.objects.create_user(username="eve"))
    answer = stranger.get(f"/reporting/jobs/{job}", headers=HTMX)
    assert "There is no job" in text(answer)
    assert "hx-trigger" not in answer.content.decode()


def test_one_symbol_is_refreshed_from_its_own_page(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    form = {"symbols": "MSFT", "from_symbol": "msft"}
    answer = browser.post("/reporting/refreshes", form)
    assert answer.headers["location"] == "/reporting/symbols/MSFT"
    assert "Refreshing MSFT" in text(browser.get("/reporting/symbols/MSFT"))


def test_the_way_back_is_never_another_site(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    form = {"symbols": "MSFT", "from_symbol": "https://example.org/"}
    assert browser.post("/reporting/refreshes", form).headers["location"] == "/reporting/"


def test_the_budget_says_what_is_left_today(services: None, browser: "Client") -> None:
    assert "No Alpha Vantage key is set" in text(browser.get("/reporting/budget", headers=HTMX))


@pytest.mark.parametrize(
    ("limit", "remaining", "says"),
    [
        (None, None, "7 requests today, no daily limit"),
        (25, 18, "18 of 25 requests left today"),
        (25, 0, "Today\u2019s 25 requests are spent more from 2024-06-01 04:00 UTC"),
    ],
)
def test_the_budget_of_each_kind_of_key(
    django_ready: None, limit: int | None, remaining: int | None, says: str
) -> None:
    from django.template.loader import render_to_string

    from barline_gateway.reporting.budget import Budget

    resumes_at = datetime(2024, 6, 1, 4, 0, tzinfo=UTC)
    left = Budget(True, "free", limit, 7, remaining, resumes_at)
    part = render_to_string("reporting/overview/budget.html", {"budget": left})
    assert " ".join(re.sub(r"<[^>]+>", " ", part).split()) == says


def test_a_year_of_closes_is_a_small_line_that_browsers_keep(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    answer = browser.get("/reporting/symbols/MSFT/sparkline?v=abc", headers=HTMX)
    assert "<polyline" in answer.content.decode()
    assert "private" in answer.headers["cache-control"]
