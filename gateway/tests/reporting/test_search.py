"""The search beside the add form: asked by a click only, told in words when it finds nothing or cannot ask."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

    from barline_gateway.registry.models import Symbol
    from barline_sandbox.exchange import Exchange

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://localhost/reporting/"}


def text(answer: "Answer") -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def search(browser: "Client", words: str, **headers: str) -> "Answer":
    return browser.get("/reporting/search", {"symbol": words}, headers=HTMX | headers)


def hidden_fields(answer: "Answer") -> dict[str, str]:
    """What the first match's Add button sends."""
    form = answer.content.decode().split('<td class="row-actions">')[1].split("</form>")[0]
    return dict(re.findall(r'name="(symbol|name|exchange|currency)" value="([^"]*)"', form))


def test_showing_the_form_asks_nothing_and_says_what_a_search_costs(
    upstream: "Exchange", browser: "Client"
) -> None:
    page = browser.get("/reporting/")
    assert "a new search costs one request" in text(page)
    assert "keyup" not in page.content.decode()
    assert upstream.requests == []


def test_matches_are_a_table_and_the_same_words_again_cost_nothing(
    upstream: "Exchange", browser: "Client"
) -> None:
    first = search(browser, "international business")
    assert "1 match for" in text(first)
    assert "IBM International Business Machines Corp Equity United States USD" in text(first)
    assert "This cost one request" in text(first)
    assert first.headers["hx-trigger"] == '{"budget-changed": {}}'
    assert "<html" not in first.content.decode()
    assert "cost no request" in text(search(browser, "International  Business"))
    assert len(upstream.requests) == 1


def test_the_add_button_of_a_match_passes_on_what_is_known(
    upstream: "Exchange", browser: "Client"
) -> None:
    from barline_gateway.registry.models import Symbol

    sent = hidden_fields(search(browser, "international business"))
    assert "Loading IBM" in text(browser.post("/reporting/symbols", sent, headers=HTMX))
    kept = Symbol.objects.get(ticker="IBM")
    assert (kept.name, kept.currency, kept.exchange) == (
        "International Business Machines Corp",
        "USD",
        "United States",
    )
    assert "Followed" in text(search(browser, "international business"))


def test_facts_too_long_to_keep_are_cut(services: None, browser: "Client") -> None:
    from barline_gateway.registry.models import Symbol

    form = {"symbol": "IBM", "name": "n" * 300, "exchange": "", "currency": "U" * 30}
    browser.post("/reporting/symbols", form)
    kept = Symbol.objects.get(ticker="IBM")
    assert (kept.name, kept.currency, kept.exchange) == ("n" * 200, "U" * 10, None)


def test_without_scripts_the_matches_are_on_the_whole_page(
    upstream: "Exchange", browser: "Client", msft: "Symbol"
) -> None:
    answer = browser.get("/reporting/search?symbol=Microsoft")
    assert "<html" in answer.content.decode()
    assert 'value="Microsoft"' in answer.content.decode()
    assert "MSFT is followed" in answer.content.decode()
    assert "2000-03-01" in text(answer)  # the list below


def test_no_match_says_what_to_try(upstream: "Exchange", browser: "Client") -> None:
    page = text(search(browser, "zzz"))
    assert "Nothing matches \u201czzz\u201d" in page
    assert "Try fewer letters" in page


@pytest.mark.parametrize("words", ["", "   ", "x" * 51])
def test_words_that_cannot_be_searched_spend_nothing(
    upstream: "Exchange", browser: "Client", words: str
) -> None:
    assert "Type a part of a name" in text(search(browser, words))
    assert upstream.requests == []


def test_a_link_on_another_site_spends_nothing(upstream: "Exchange", browser: "Client") -> None:
    page = search(browser, "ibm", **{"Sec-Fetch-Site": "cross-site"})
    assert "Press Search" in text(page)
    assert upstream.requests == []


def test_when_the_day_is_spent_it_says_when_it_goes_on(
    upstream: "Exchange", browser: "Client"
) -> None:
    from barline_sandbox.faults import Fault, FaultRule

    upstream.faults.rules.append(FaultRule(Fault.DAILY_QUOTA))
    page = text(search(browser, "ibm"))
    assert "request limit is reached" in page
    assert "by its exact name meanwhile" in page
    assert "It may work again in" in page


def test_when_ingestion_is_down_the_search_says_so(services_down: None, browser: "Client") -> None:
    assert "ingestion service cannot be reached" in text(search(browser, "ibm"))
    page = text(browser.get("/reporting/search?symbol=ibm"))
    assert "ingestion service cannot be reached" in page
    assert "No symbol yet" in page


def test_the_search_address_never_carries_the_token_and_adding_needs_it(person: object) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    assert isinstance(person, User)
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(person)
    form = strict.get("/reporting/").content.decode().split('class="inline"')[1].split("</form>")[0]
    assert '<input type="hidden" name="csrfmiddlewaretoken"' not in form
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)">Add<', form)
    assert token is not None
    assert strict.post("/reporting/symbols", {"symbol": "A B"}).status_code == 403
    sent = {"symbol": "A B", "csrfmiddlewaretoken": token[1]}
    assert strict.post("/reporting/symbols", sent).status_code == 200
