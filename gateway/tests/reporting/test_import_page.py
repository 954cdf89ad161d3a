"""A CSV of bars sent by a form: what became of it, what is wrong in it line by line, and what is too large."""

import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from barline_gateway.registry.models import Symbol

HEADER = "Date,Open,High,Low,Close,Volume\n"
GOOD = HEADER + "".join(f"2013-02-{day},10,11,9,{10 + day / 100},100\n" for day in (25, 26, 27, 28))
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/reporting/import"}


def text(answer: "Answer") -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def send(
    browser: "Client", content: str, *, symbol: str = "own", prices: str = "raw", htmx: bool = True
) -> "Answer":
    file = SimpleUploadedFile("bars.csv", content.encode(), "text/csv")
    form = {"symbol": symbol, "file": file, "prices": prices}
    return browser.post("/reporting/import", form, headers=HTMX if htmx else {})


def symbols() -> list[str]:
    from barline_gateway.registry.models import Symbol

    return list(Symbol.objects.values_list("ticker", flat=True))


@pytest.fixture(autouse=True)
def no_bars_left(clean_database: None) -> "object":
    """What a file brought goes before its symbol does."""
    from django.db import connection

    yield
    with connection.cursor() as cursor:
        for table in ("daily_bar", "daily_bar_revision", "corporate_action"):
            cursor.execute(f"DELETE FROM market.{table}")  # noqa: S608 - three names of ours


def test_the_overview_leads_to_the_form(browser: "Client") -> None:
    assert 'href="/reporting/import"' in browser.get("/reporting/").content.decode()
    page = browser.get("/reporting/import").content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert 'name="csrfmiddlewaretoken"' in page
    for field in ("symbol", "file", "prices"):
        assert f'for="id_{field}"' in page


@pytest.mark.parametrize("htmx", [True, False])
def test_a_good_file_says_how_many_bars_it_brought(
    services: None, browser: "Client", htmx: bool
) -> None:
    answer = send(browser, GOOD, htmx=htmx)
    assert ("<html" in answer.content.decode()) is not htmx
    page = text(answer)
    assert "Stored: OWN has 4 sessions, 2013-02-25 to 2013-02-28" in page
    assert "Added 4" in page
    assert "OWN is not followed" in page
    assert "Findings about the data" in page
    assert "Here already 4" in text(send(browser, GOOD, htmx=htmx))


def test_findings_about_the_bars_are_listed(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    answer = send(browser, "Date,Open,High,Low,Close\n2013-02-28,10,11,9,10\n2012-02-28,9,9,9,9\n")
    assert '<li class="finding' in answer.content.decode()


def test_wrong_lines_are_a_table_and_nothing_is_kept(services: None, browser: "Client") -> None:
    answer = send(browser, GOOD + "2013-03-01,x<y,1,1,1,1\n2013-13-01,1,1,1,1,1\n")
    page = text(answer)
    assert "2 mistakes; nothing of it was stored" in page
    assert "Correct these lines" in page
    assert "6 open: &#x27;x&lt;y&#x27; is no number." in page
    assert symbols() == []


def test_very_many_wrong_lines_are_capped(services: None, browser: "Client") -> None:
    answer = send(browser, HEADER + "2013-03-01,x,1,1,1,1\n" * 500)
    assert "500 mistakes" in text(answer)
    assert "The first 100 are listed" in text(answer)
    assert answer.content.decode().count('<th scope="row" class="number">') == 100


@pytest.mark.parametrize(
    ("content", "prices", "says"),
    [
        ("nonsense\n", "raw", "The header has no column"),
        ("", "raw", "The file"),
        (GOOD, "split_adjusted", "Add a column `split`, or send the prices as traded"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    services: None, browser: "Client", content: str, prices: str, says: str
) -> None:
    assert says in text(send(browser, content, prices=prices))
    assert symbols() == []


def test_what_is_missing_is_said_beside_its_field(browser: "Client") -> None:
    page = browser.post("/reporting/import", {"symbol": "A B"}, headers=HTMX).content.decode()
    assert "A symbol has 1 to 20 letters" in page
    assert page.count("Please fill this in.") == 2


def test_when_ingestion_is_down_nothing_is_left_behind(
    services_down: None, browser: "Client"
) -> None:
    assert "ingestion service cannot be reached" in text(send(browser, GOOD))
    assert symbols() == []


@pytest.mark.parametrize("path", ["/reporting/import", "/reporting/import/"])
def test_a_large_file_passes_and_a_larger_one_is_refused_on_a_page(
    services_down: None, browser: "Client", path: str
) -> None:
    file = SimpleUploadedFile("bars.csv", b"x" * 50 * 1024 * 1024, "text/csv")
    passed = browser.post(path, {"symbol": "own", "file": file, "prices": "raw"})
    assert "ingestion service cannot be reached" in text(passed)
    refused = browser.post(path, b"x" * 53_000_000, content_type="text/csv")
    assert refused.status_code == 413
    assert "<html" in refused.content.decode()
    assert "A body may have" in text(refused)


def test_a_form_of_another_site_is_refused(person: object) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    assert isinstance(person, User)
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(person)
    assert send(strict, GOOD).status_code == 403
    assert symbols() == []
