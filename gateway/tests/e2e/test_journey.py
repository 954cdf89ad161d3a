"""The pages in a real browser on the whole system: a person's whole journey, from signing in to signing out."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from .backtest_steps import (
    cancel_a_sweep,
    check_the_run,
    download_the_report,
    open_a_cell_by_keyboard,
    run_a_backtest,
    sweep_and_open_a_cell,
    walk_forward,
)
from .browsing import person, picture
from .conftest import Stack


def test_the_whole_journey_of_a_person(chromium: Browser, stack: Stack, tmp_path: Path) -> None:
    with person(chromium, stack, accept_downloads=True) as page:
        see_demo_data(page)
        remove_and_add_again(page)
        refresh_all(page)
        look_at_a_symbol(page)
        run_a_backtest(page)
        check_the_run(page)
        download_the_report(page, tmp_path)
        sweep_and_open_a_cell(page)
        open_a_cell_by_keyboard(page)
        cancel_a_sweep(page)
        walk_forward(page)
        look_at_a_forecast(page)
        find_the_reports(page)
        compare_two_and_delete_one(page)
        make_and_revoke_a_key(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.goto("/reporting/account")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def see_demo_data(page: Page) -> None:
    expect(page.get_by_text("Demo data.")).to_be_visible()
    expect(page.locator(".sparkline")).to_have_count(5)
    expect(page.get_by_text("no daily limit")).to_be_visible()


def remove_and_add_again(page: Page) -> None:
    page.get_by_role("link", name="Remove FB").click()
    page.get_by_label("Also delete its bars").check()
    page.get_by_role("button", name="Remove FB").click()
    expect(page.get_by_text("FB and its data are deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="FB", exact=True)).to_have_count(0)
    page.get_by_label("Add a symbol").fill("nosuch")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Alpha Vantage does not know NOSUCH")).to_be_visible()
    expect(page.get_by_role("link", name="NOSUCH", exact=True)).to_have_count(0)
    page.get_by_label("Add a symbol").fill("fb")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".job.succeeded")).to_contain_text("Loading FB")
    expect(page.locator("tr", has_text="FB").locator(".tag")).to_have_text("Ready")


def refresh_all(page: Page) -> None:
    page.get_by_role("button", name="Refresh all").click()
    expect(page.get_by_text("Refreshing all symbols")).to_be_visible()
    expect(page.get_by_text("Done. 5 symbols are up to date.")).to_be_visible()
    picture(page, "journey-refreshed")


def look_at_a_symbol(page: Page) -> None:
    page.get_by_role("link", name="AAPL", exact=True).click()
    expect(page.locator(".plot.drawn .cartesianlayer")).to_be_visible()
    expect(page.locator(".modebar-btn").first).to_be_attached()
    expect(page.locator("[data-title*='Share']")).to_have_count(0)
    page.get_by_role("link", name="As traded").click()
    page.get_by_role("link", name="All", exact=True).click()
    expect(page.get_by_text("Split 2 for 1").first).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename == "AAPL.csv"


def look_at_a_forecast(page: Page) -> None:
    page.get_by_role("link", name="Forecast", exact=True).click()
    page.get_by_label("Symbol", exact=True).select_option("MSFT")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page.get_by_role("heading", name="Forecast of MSFT")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def find_the_reports(page: Page) -> None:
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Open the page Backtest of AAPL").first.click()
    expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def compare_two_and_delete_one(page: Page) -> None:
    page.get_by_role("link", name="Reports").first.click()
    page.get_by_label("Kind").select_option("Backtest")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("checkbox").nth(0).check()
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="What sets them apart")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()
    compared = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="Reports").first.click()
    page.once("dialog", lambda dialog: dialog.accept())
    # Newest first: other tests keep comparisons in the same installation, maybe of the same two.
    page.get_by_role("button", name=f"Delete {compared}, page").first.click()
    expect(page.get_by_text("The report is deleted.")).to_be_visible()


def make_and_revoke_a_key(page: Page) -> None:
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("Backtests kept")).to_be_visible()
    page.get_by_label("Name").fill("journey")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("The new API key")).to_have_value(re.compile("^barline_"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke journey").click()
    expect(page.get_by_text("no longer works")).to_be_visible()
