"""One symbol: its chart, its corporate actions, and removing it."""

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from barline_gateway.registry.models import Symbol


def figure_in(page: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(r'<script id="figure-candles"[^>]*>(.*?)</script>', page)
    assert found is not None
    figure: dict[str, list[dict[str, object]]] = json.loads(found[1])
    return figure


def candles_in(page: str) -> dict[str, list[float]]:
    (candles,) = [one for one in figure_in(page)["data"] if one["type"] == "candlestick"]
    return candles


@pytest.fixture
def everything(services: None, browser: "Client", msft: "Symbol") -> "Client":
    return browser


def test_the_page_shows_candles_actions_findings_and_coverage(everything: "Client") -> None:
    page = everything.get("/reporting/symbols/MSFT").content.decode()
    assert len(candles_in(page)["x"]) > 200
    assert "2003-02-18" in page
    assert "No share was traded." in page
    assert "2000-03-01 to 2003-05-08" in page
    assert 'class="strip-bars"' in page


def test_the_price_basis_can_be_switched(everything: "Client") -> None:
    def first_close(basis: str) -> float:
        address = f"/reporting/symbols/MSFT?basis={basis}&span=1y"
        return candles_in(everything.get(address).content.decode())["close"][0]

    assert first_close("split") == pytest.approx(first_close("raw") / 2)
    assert first_close("total_return") < first_close("split")


def test_a_long_span_has_weekly_candles(everything: "Client") -> None:
    page = everything.get("/reporting/symbols/MSFT?span=all").content.decode()
    assert len(candles_in(page)["x"]) == 167
    assert "one week" in page


def test_nonsense_in_the_address_shows_the_usual_view(everything: "Client") -> None:
    usual = everything.get("/reporting/symbols/MSFT").content.decode()
    odd = everything.get("/reporting/symbols/MSFT?basis=<b>&span=9z").content.decode()
    assert candles_in(odd) == candles_in(usual)


def test_lower_case_leads_to_the_symbol(everything: "Client") -> None:
    answer = everything.get("/reporting/symbols/msft")
    assert answer.headers["location"] == "/reporting/symbols/MSFT"


def test_an_unknown_symbol_is_a_page_that_helps(browser: "Client") -> None:
    answer = browser.get("/reporting/symbols/NOPE")
    assert answer.status_code == 404
    assert "NOPE is not registered here" in answer.content.decode()


def test_a_symbol_without_bars_offers_to_fetch_them(services: None, browser: "Client") -> None:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="IBM")
    page = browser.get("/reporting/symbols/IBM").content.decode()
    assert "No bars yet" in page
    assert "Fetch now" in page


def test_when_ingestion_is_down_the_page_says_so_with_a_retry(
    services_down: None, browser: "Client", msft: "Symbol"
) -> None:
    answer = browser.get("/reporting/symbols/MSFT?span=5y")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "ingestion service cannot be reached" in page
    assert 'href="/reporting/symbols/MSFT?span=5y"' in page


def test_a_name_with_markup_in_it_stays_text(services: None, browser: "Client") -> None:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="IBM", name="<script>alert(1)</script>")
    for path in ("/reporting/", "/reporting/symbols/IBM"):
        assert "<script>alert" not in browser.get(path).content.decode()


def test_removing_asks_first_and_keeps_the_bars(everything: "Client", msft: "Symbol") -> None:
    assert (
        "Stop following MSFT?" in everything.get("/reporting/symbols/MSFT/remove").content.decode()
    )
    answer = everything.post("/reporting/symbols/MSFT/remove", follow=True)
    assert "its bars are kept" in answer.content.decode()
    msft.refresh_from_db()
    assert not msft.active


def test_removing_may_delete_the_data_too(everything: "Client", msft: "Symbol") -> None:
    from barline_gateway.registry.models import Symbol

    answer = everything.post("/reporting/symbols/MSFT/remove", {"purge": "on"}, follow=True)
    assert "its data are deleted" in answer.content.decode()
    assert not Symbol.objects.filter(ticker="MSFT").exists()
