"""Walk-forwards on the pages: the form, the job behind it, and what the choice was worth."""

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.registry.models import Symbol

ASKED = {
    "symbol": "MSFT",
    "winbuy_start": "10",
    "winbuy_stop": "30",
    "winbuy_step": "10",
    "winsell_start": "10",
    "winsell_stop": "30",
    "winsell_step": "10",
    "in_sample_sessions": "200",
    "out_of_sample_sessions": "100",
    "objective": "cagr",
    "mode": "anchored",
}
Work = Callable[[], None]


def text(answer: "HttpResponse") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


def started(browser: "Client", asked: dict[str, str]) -> str:
    answer = browser.post("/reporting/backtest/walk-forward", asked)
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["location"])


def test_the_form_explains_itself(browser: "Client", msft: "Symbol") -> None:
    page = browser.get("/reporting/backtest/walk-forward")
    assert '<option value="MSFT" selected>' in page.content.decode()
    assert "Would the choice have held?" in text(page)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"in_sample_sessions": "5"}, "Must be at least 20."),
        ({"objective": "luck"}, "Select a valid choice."),
        ({"symbol": "NOPE"}, "NOPE"),
        ({"winsell_stop": "3"}, "The last window is shorter than the first."),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(
    services: None, browser: "Client", msft: "Symbol", change: dict[str, str], message: str
) -> None:
    answer = browser.post("/reporting/backtest/walk-forward", ASKED | change)
    assert answer.status_code == 200
    assert message in text(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_the_result_stands_beside_holding_window_by_window(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    there = started(browser, ASKED)
    assert "Walking forward" in text(browser.get(there))
    work_through()
    page = browser.get(there)
    assert "Walk-forward of MSFT" in text(page)
    assert "Buy and hold:" in text(page)
    assert page.content.decode().count('<td class="date split">') == 6
    assert '<script id="figure-equity"' in page.content.decode()
    bare = browser.get(there.partition("?")[0]).content.decode()
    assert '<option value="anchored" selected>' in bare
    assert 'name="winbuy_stop" value="30"' in bare


def test_too_little_history_is_explained(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    there = started(browser, ASKED | {"in_sample_sessions": "900"})
    work_through()
    page = browser.get(there)
    assert "Choose a shorter in-sample window, or load more history." in text(page)
    assert 'name="in_sample_sessions" value="900"' in page.content.decode()
