"""The pages in a real browser on the whole system: dark charts, and no scripts at all."""

import re

from playwright.sync_api import Browser, expect

from .browsing import person, show
from .conftest import Stack


def test_charts_follow_the_page_into_the_dark(chromium: Browser, stack: Stack) -> None:
    with person(chromium, stack, color_scheme="light") as page:
        show(page, "/reporting/symbols/MSFT")
        background = page.locator("#main .plot .main-svg").first
        expect(background).to_have_css("background-color", "rgb(255, 255, 255)")
        page.emulate_media(color_scheme="dark")
        expect(background).to_have_css("background-color", "rgb(20, 25, 31)")


def test_the_pages_work_without_scripts(chromium: Browser, stack: Stack) -> None:
    with person(chromium, stack, java_script_enabled=False) as page:
        page.goto("/reporting/backtest?symbol=MSFT&winbuy=50&winsell=200")
        expect(page.locator("noscript p").first).to_be_visible()
        expect(page.get_by_role("heading", name="Trades", exact=True)).to_be_visible()
        page.goto("/reporting/backtest/sweep")
        page.get_by_role("button", name="Run the sweep").click()
        expect(page).to_have_url(re.compile("/reporting/backtest/sweeps/"))
        while page.get_by_role("link", name="Look again").count():
            page.get_by_role("link", name="Look again").click()
        page.get_by_role("button", name="Open this cell").click()
        expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
