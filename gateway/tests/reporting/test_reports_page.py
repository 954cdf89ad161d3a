"""Reports on the pages: found, opened, compared, deleted."""

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.registry.models import Symbol

COMPARE = "/reporting/reports/compare"


def text(answer: "HttpResponse") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


@pytest.fixture
def pair(services: None, browser: "Client", msft: "Symbol") -> list[str]:
    """The ids of the reports on two backtests of one symbol, the newer one first."""
    for winbuy in ("20", "30"):
        browser.get("/reporting/backtest", {"symbol": "MSFT", "winbuy": winbuy, "winsell": "50"})
    listed = browser.get("/reporting/reports").content.decode()
    found = re.findall(r'name="report" value="(report-\w+)"', listed)
    assert len(found) == 2
    return found


def test_reports_on_one_symbol_are_told_apart_by_their_windows(
    browser: "Client", pair: list[str]
) -> None:
    listed = text(browser.get("/reporting/reports"))
    assert "Backtest of MSFT, 30/50" in listed
    assert "Backtest of MSFT, 20/50" in listed


def test_two_backtests_stand_side_by_side_and_are_kept(browser: "Client", pair: list[str]) -> None:
    page = browser.get(COMPARE, {"report": pair})
    assert "MSFT 30/50 beside MSFT 20/50" in text(page)
    assert "What sets them apart" in text(page)
    assert f"/reports/compare?first={pair[0]}&second={pair[1]}&format=pdf" in unescape(
        page.content.decode()
    )
    kept = text(browser.get("/reporting/reports?kind=comparison"))
    assert "MSFT 30/50 beside MSFT 20/50" in kept


@pytest.mark.parametrize("chosen", [[], ["a"], ["a", "b", "c"]])
def test_fewer_or_more_than_two_are_asked_for_again(browser: "Client", chosen: list[str]) -> None:
    answer = browser.get(COMPARE, {"report": chosen})
    assert answer.headers["location"] == "/reporting/reports"


def test_what_cannot_be_compared_is_explained(browser: "Client", pair: list[str]) -> None:
    same = browser.get(COMPARE, {"report": [pair[0], pair[0]]})
    assert same.status_code == 400
    assert "there is nothing to compare" in text(same)
    assert browser.get(COMPARE, {"report": [pair[0], "report-unknown"]}).status_code == 404


def test_another_site_cannot_set_off_a_comparison(browser: "Client", pair: list[str]) -> None:
    answer = browser.get(COMPARE, {"report": pair}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302
    assert "beside" not in text(browser.get("/reporting/reports"))


def test_a_report_can_be_deleted(browser: "Client", pair: list[str]) -> None:
    answer = browser.post(f"/reporting/reports/{pair[0]}/delete", follow=True)
    assert "The report is deleted." in text(answer)
    listed = answer.content.decode()
    assert pair[0] not in listed
    assert pair[1] in listed
    assert browser.post(f"/reporting/reports/{pair[0]}/delete").status_code == 404


def test_another_persons_report_cannot_be_deleted(browser: "Client", pair: list[str]) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    stranger = Client(headers={"host": "localhost"})
    stranger.force_login(User.objects.create_user(username="eve"))
    assert stranger.post(f"/reporting/reports/{pair[0]}/delete").status_code == 404
    assert pair[0] in browser.get("/reporting/reports").content.decode()
