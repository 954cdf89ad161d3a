"""Sweeps on the pages: the form, the job behind it, the map and what its best cell is worth."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.registry.models import Symbol

HTMX = {"HX-Request": "true"}
GRID = {
    f"{side}_{end}": value
    for side in ("winbuy", "winsell")
    for end, value in (("start", "10"), ("stop", "50"), ("step", "10"))
}
ASKED = {"symbols": "msft", **GRID, "slippage_bps": "5"}
Work = Callable[[], None]


def text(answer: "HttpResponse") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())).split())


def figure(answer: "HttpResponse") -> dict[str, list[dict[str, list[list[float]]]]]:
    found = re.search(r'<script id="figure-heatmap"[^>]*>(.*?)</script>', answer.content.decode())
    assert found is not None
    parsed: dict[str, list[dict[str, list[list[float]]]]] = json.loads(found[1])
    return parsed


def started(browser: "Client", asked: dict[str, str]) -> str:
    """The address of the page that will show the result."""
    answer = browser.post("/reporting/backtest/sweep", asked)
    assert answer.status_code == 302, text(answer)
    return str(answer.headers["location"])


def test_the_form_has_sensible_defaults(browser: "Client", msft: "Symbol") -> None:
    page = browser.get("/reporting/backtest/sweep").content.decode()
    assert 'name="symbols" value="MSFT"' in page
    assert 'name="winbuy_stop" value="200"' in page
    assert "Which windows would have worked?" in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"symbols": ""}, "Please fill this in."),
        ({"symbols": ", ,"}, "A symbol has 1 to 20 letters"),
        ({"symbols": "MSFT no!good"}, "NO!GOOD is no symbol."),
        ({"symbols": "MSFT, NOPE"}, "Not registered here: NOPE. Add it on the page Symbols."),
        ({"winbuy_stop": "5"}, "The last window is shorter than the first."),
        ({"winbuy_step": "0"}, "Must be at least 1."),
        ({"winsell_start": "1"}, "Must be at least 2."),
        (
            {
                "winbuy_stop": "2000",
                "winbuy_step": "1",
                "winsell_stop": "2000",
                "winsell_step": "1",
            },
            "choose a larger step",
        ),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(
    browser: "Client", msft: "Symbol", change: dict[str, str], message: str
) -> None:
    answer = browser.post("/reporting/backtest/sweep", ASKED | change)
    assert message in text(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_sweep_shows_its_progress_and_can_be_cancelled(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    there = started(browser, ASKED)
    waiting = browser.get(there)
    assert 'hx-trigger="study-over from:body"' in waiting.content.decode()
    assert 'name="slippage_bps" value="5"' in waiting.content.decode()
    found = re.search(r"/reporting/jobs/(backtest-\w+)", waiting.content.decode())
    assert found is not None
    assert "Sweep of MSFT" in text(browser.get("/reporting/"))
    assert "<progress" in browser.get(found[0], headers=HTMX).content.decode()
    cancelled = browser.post(f"{found[0]}/cancel", headers=HTMX)
    assert "Change it and run it again" in text(cancelled)
    assert cancelled.headers["hx-trigger"] == '{"study-over": {}}'
    shown = browser.get(there, headers=HTMX)
    assert "<html" not in shown.content.decode()
    assert "Nothing of it was computed before." in text(shown)


def test_the_map_has_every_cell_and_each_opens_the_backtest_it_stands_for(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    there = started(browser, ASKED)
    work_through()
    page = browser.get(there)
    heat = figure(page)["data"][0]
    assert (heat["x"], heat["y"]) == ([10, 20, 30, 40, 50], [10, 20, 30, 40, 50])
    assert [len(row) for row in heat["z"]] == [5] * 5
    links = re.findall(
        r'href="(/reporting/backtest\?symbol=MSFT[^"]+winsell=\d+)"', page.content.decode()
    )
    assert len(links) == 10
    first = unescape(links[0])
    assert "slippage_bps=5" in first
    sharpe = re.search(r"Its Sharpe ratio (\S+)", text(page))
    opened = browser.get(first)
    assert sharpe is not None
    assert f"Sharpe ratio {sharpe[1]}" in text(opened)


def test_what_the_best_is_worth_is_said_in_plain_words(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    there = started(browser, ASKED)
    work_through()
    page = text(browser.get(there))
    assert "Is it more than luck?" in page
    assert "The chance that the best Sharpe ratio is more than the luckiest of 25 tries" in page
    assert "Speaks against it" in page or "Speaks for it" in page


def test_the_colours_can_show_another_figure(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    there = started(browser, ASKED)
    work_through()
    sharpes, trades = (figure(browser.get(f"{there}&metric={name}")) for name in ("what", "trades"))
    assert sharpes["data"][0]["z"] != trades["data"][0]["z"]
    assert all(value == int(value) for row in trades["data"][0]["z"] for value in row)


def test_a_sweep_of_several_symbols_shows_one_at_a_time_and_says_what_failed(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="EMPTY")
    there = started(browser, ASKED | {"symbols": "EMPTY MSFT"})
    work_through()
    page = browser.get(there)
    assert "Sweep of MSFT" in text(page)
    assert re.search(r"EMPTY .{0,40}(no bars|history)", text(page))
    assert "Sweep of MSFT" not in text(browser.get(f"{there}&of=EMPTY"))


def test_a_grid_of_one_cell_has_statistics_that_are_not_defined(
    browser: "Client", msft: "Symbol", work_through: Work
) -> None:
    one = dict.fromkeys(GRID, "20")
    there = started(browser, ASKED | one)
    work_through()
    page = text(browser.get(there))
    assert "Probability of overfitting n/a" in page
    assert "The best cell has no neighbour to compare with." in page


def test_a_sweep_that_was_left_is_found_again(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    for number in range(12):
        started(browser, ASKED | {"winbuy_stop": str(20 + number)})
    page = browser.get("/reporting/backtest/sweep")
    assert page.content.decode().count('href="/reporting/backtest/sweeps/') == 10
    assert "buy 10 to 30 every 10, sell 10 to 50 every 10" in text(page)
    assert "Started before" not in text(browser.get("/reporting/backtest/walk-forward"))


def test_another_persons_sweep_does_not_exist(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    there = started(browser, ASKED)
    stranger = Client(headers={"host": "localhost"})
    stranger.force_login(User.objects.create_user(username="eve"))
    assert stranger.get(there).status_code == 404


def test_when_the_service_is_down_the_form_stays(
    services_down: None, browser: "Client", msft: "Symbol"
) -> None:
    answer = browser.post("/reporting/backtest/sweep", ASKED)
    assert answer.status_code == 503
    assert "backtest service cannot be reached" in text(answer)
    assert 'name="winbuy_stop" value="50"' in answer.content.decode()


def test_a_form_from_elsewhere_starts_nothing(services: None, person: object) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(User.objects.get(username="ada"))
    assert strict.post("/reporting/backtest/sweep", ASKED).status_code == 403
