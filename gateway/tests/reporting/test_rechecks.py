"""What can be asked of a backtest that is shown: the same again, a look for a look ahead."""

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.registry.models import Symbol

HTMX = {"HX-Request": "true"}
RUN = {"symbol": "MSFT", "winbuy": "20", "winsell": "50"}


def text(answer: "HttpResponse") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


@pytest.fixture
def run_path(services: None, browser: "Client", msft: "Symbol") -> str:
    """Where the checks of a run that was just made are."""
    page = browser.get("/reporting/backtest", RUN).content.decode()
    found = re.search(r"(/reporting/backtest/runs/run-\w+)/verify", page)
    assert found is not None
    assert f"{found[1].replace('/reporting/backtest', '/back_test')}?format=csv" in page
    return found[1]


def test_the_result_shows_how_far_it_depends_on_its_set_up(
    browser: "Client", run_path: str
) -> None:
    page = browser.get("/reporting/backtest", RUN).content.decode()
    assert '<h2 id="table-sensitivity">' in page
    assert "Filled at the next open" in page


def test_a_run_made_again_is_identical(browser: "Client", run_path: str) -> None:
    assert "Made again: identical." in text(browser.post(f"{run_path}/verify", headers=HTMX))


def test_restated_bars_are_told_from_the_same_bars(
    browser: "Client", run_path: str, msft: "Symbol"
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE daily_bar SET close = close * 1.5 WHERE symbol_id = %s AND date = '2001-06-01'",
            (msft.pk,),
        )
    page = text(browser.post(f"{run_path}/verify", headers=HTMX))
    assert "Made again: data restated." in page
    assert "These figures differ" in page


def test_the_audit_finds_no_look_ahead(browser: "Client", run_path: str) -> None:
    page = text(browser.post(f"{run_path}/audit", headers=HTMX))
    assert "No look-ahead. At 20 dates chosen at random" in page


def test_without_scripts_each_check_is_a_page(browser: "Client", run_path: str) -> None:
    for answer in (
        browser.post(f"{run_path}/verify"),
        browser.post(f"{run_path}/audit"),
    ):
        assert "<html" in answer.content.decode()
        assert "Check of a backtest" in text(answer)


def test_another_persons_run_does_not_exist(browser: "Client", run_path: str) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    stranger = Client(headers={"host": "localhost"})
    stranger.force_login(User.objects.create_user(username="eve"))
    assert stranger.post(f"{run_path}/verify").status_code == 404
    assert stranger.post(f"{run_path}/audit", headers=HTMX).status_code == 404


def test_a_stored_report_can_be_checked_too(browser: "Client", run_path: str) -> None:
    listed = browser.get("/reporting/reports").content.decode()
    found = re.search(r'href="(/reporting/reports/[^"?]+)"', listed)
    assert found is not None
    assert f"{run_path}/verify" in browser.get(found[1]).content.decode()
