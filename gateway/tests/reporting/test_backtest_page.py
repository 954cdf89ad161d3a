"""The backtest's form and its result, from the real services."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from barline_gateway.registry.models import Symbol

RUN = {"symbol": "MSFT", "winbuy": "20", "winsell": "50"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def everything(services: None, browser: "Client", msft: "Symbol") -> "Client":
    return browser


def test_the_form_offers_the_symbols_and_sensible_defaults(
    browser: "Client", msft: "Symbol"
) -> None:
    page = browser.get("/reporting/backtest").content.decode()
    assert '<option value="MSFT" selected>' in page
    assert 'name="winbuy" value="50"' in page
    assert 'name="winsell" value="200"' in page
    assert "<details>" in page


def test_a_link_with_the_symbol_alone_runs_nothing(browser: "Client", msft: "Symbol") -> None:
    answer = browser.get("/reporting/backtest?symbol=MSFT")
    assert answer.status_code == 200
    assert 'id="result" class="empty"' in answer.content.decode()


def test_the_result_shows_figures_beside_buy_and_hold_charts_and_tables(
    everything: "Client",
) -> None:
    page = everything.get("/reporting/backtest", RUN).content.decode()
    assert "Backtest of MSFT" in page
    assert "Buy and hold" in page
    assert '<h2 id="table-trades">' in page
    figures = re.findall(r'data-figure="([a-z_-]+)"', page)
    assert len(figures) >= 8
    assert all(f'<script id="figure-{name}" type="application/json">' in page for name in figures)
    assert 'id="certificate-title"' in page


def test_the_result_can_be_had_as_files_with_the_same_parameters(everything: "Client") -> None:
    page = everything.get("/reporting/backtest", RUN | {"fill": "next_close"}).content.decode()
    addresses = re.findall(r'href="(/back_test\?[^"]+)"', page)
    assert [address.rsplit("=", 1)[1] for address in addresses] == ["pdf", "html", "json"]
    for address in addresses:
        assert {"symbol=MSFT", "winbuy=20", "fill=next_close", "risk_free=0"} <= set(
            address.split("?")[1].replace("&amp;", "&").split("&")
        )


def test_htmx_gets_the_bench_alone_and_a_short_address(everything: "Client") -> None:
    answer = everything.get("/reporting/backtest", RUN | {"start": "", "end": ""}, headers=HTMX)
    page = answer.content.decode()
    assert "<html" not in page
    assert page.lstrip().startswith("<title>Backtest of MSFT")
    assert "winbuy=20" in answer.headers["hx-push-url"]
    assert "start=" not in answer.headers["hx-push-url"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("winbuy", "1", "Must be at least 2."),
        ("winsell", "2001", "Must be at most 2000."),
        ("winbuy", "ten", "Enter a whole number."),
        ("initial_investment", "0", "Must be more than 0."),
        ("initial_investment", "NaN", "Enter a number."),
        ("risk_free", "-1", "Must be more than -1."),
        ("commission_bps", "-1", "Must be at least 0."),
        ("start", "yesterday", "Enter a valid date."),
        ("rule", "luck", "Select a valid choice."),
        ("symbol", "no good!", "A symbol has 1 to 20 letters"),
        ("symbol", "", "Please fill this in."),
    ],
)
def test_a_wrong_value_is_said_beside_its_field_before_any_service_is_asked(
    browser: "Client", msft: "Symbol", name: str, value: str, message: str
) -> None:
    answer = browser.get("/reporting/backtest", RUN | {name: value})
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_an_end_before_the_start_is_said(browser: "Client", msft: "Symbol") -> None:
    dates = {"start": "2003-01-02", "end": "2002-01-02"}
    page = browser.get("/reporting/backtest", RUN | dates).content.decode()
    assert "The last session lies before the first." in page


def test_what_only_the_service_knows_comes_back_beside_the_field(everything: "Client") -> None:
    answer = everything.get("/reporting/backtest", RUN | {"initial_investment": "1e13"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r'id="id_initial_investment_error"><li>.+</li>', page)


def test_a_symbol_that_is_not_registered_is_said_beside_the_field(everything: "Client") -> None:
    page = everything.get("/reporting/backtest", RUN | {"symbol": "NOPE"}).content.decode()
    assert 'id="id_symbol_error"' in page
    assert "NOPE" in page


def test_too_little_history_is_explained_where_the_result_would_be(everything: "Client") -> None:
    answer = everything.get("/reporting/backtest", RUN | {"start": "2020-01-02"})
    assert answer.status_code == 409
    assert 'class="problem"' in answer.content.decode()
    assert "Run the backtest" in answer.content.decode()


def test_when_reports_is_down_the_form_stays_and_a_retry_is_offered(
    services_down: None, browser: "Client", msft: "Symbol"
) -> None:
    answer = browser.get("/reporting/backtest", RUN)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "reports service cannot be reached" in page
    assert 'value="20"' in page
    assert "Try again" in page


def test_another_site_cannot_set_off_a_run(everything: "Client") -> None:
    from django.db import connection

    def runs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM backtest_run")
            return int(cursor.fetchone()[0])

    before = runs()
    answer = everything.get("/reporting/backtest", RUN, headers={"Sec-Fetch-Site": "cross-site"})
    assert 'name="winbuy" value="20"' in answer.content.decode()
    assert runs() == before
    everything.get("/reporting/backtest", RUN, headers={"Sec-Fetch-Site": "same-origin"})
    assert runs() == before + 1


def test_what_was_looked_at_is_kept_and_opens_again_as_it_was(everything: "Client") -> None:
    empty = everything.get("/reporting/reports").content.decode()
    assert "No report yet" in empty
    page = everything.get("/reporting/backtest", RUN).content.decode()
    listed = everything.get("/reporting/reports").content.decode()
    assert "1 document" in listed
    found = re.search(r'href="(/reporting/reports/[^"]+)"', listed)
    assert found is not None
    reopened = everything.get(found[1]).content.decode()

    def figures(text: str) -> list[str]:
        return re.findall(r'<script id="figure-[^>]*>.*?</script>', text)

    assert figures(reopened) == figures(page)
    narrowed = everything.get("/reporting/reports?kind=prediction").content.decode()
    assert "No document is like that." in narrowed


def test_when_reports_is_down_the_list_of_reports_says_so(
    services_down: None, browser: "Client"
) -> None:
    answer = browser.get("/reporting/reports")
    assert answer.status_code == 503
    assert "reports service cannot be reached" in answer.content.decode()
