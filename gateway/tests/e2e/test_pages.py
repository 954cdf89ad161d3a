"""The pages in a real browser on the whole system: a person's whole journey, and what must hold beside it."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from .browsing import person, picture, show
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


def run_a_backtest(page: Page) -> None:
    page.get_by_role("link", name="Backtest AAPL").click()
    page.get_by_label("Buy window").fill("1")
    page.get_by_role("button", name="Run the backtest").click()
    assert page.locator("#id_winbuy").evaluate("field => !field.validity.valid")
    page.get_by_label("Buy window").fill("20")
    page.get_by_role("button", name="Run the backtest").click()
    expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
    expect(page).to_have_title("Backtest of AAPL · Barline")
    assert "winbuy=20" in page.url
    expect(page.locator(".plot.drawn").first).to_be_visible()


def check_the_run(page: Page) -> None:
    page.get_by_role("heading", name="Sensitivity card").scroll_into_view_if_needed()
    expect(page.get_by_text("Range of each figure")).to_be_visible()
    page.get_by_role("button", name="Verify the run").click()
    expect(page.get_by_text("Made again: identical.")).to_be_visible()
    page.get_by_role("button", name="Audit for look-ahead").click()
    expect(page.get_by_text("No look-ahead.")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Trades CSV").click()
    assert waiting.value.path().read_text().startswith('"entry_')


def download_the_report(page: Page, folder: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
        expect(page.get_by_text("Preparing PDF")).to_be_visible()
    target = folder / "report.pdf"
    waiting.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF-")
    page.go_back()
    expect(page.get_by_role("heading", name="What would it have made?")).to_be_visible()


def sweep_and_open_a_cell(page: Page) -> None:
    page.get_by_role("link", name="Sweep", exact=True).click()
    page.get_by_label("Symbols", exact=True).fill("msft")
    page.get_by_role("button", name="Run the sweep").click()
    expect(page.get_by_role("heading", name="Sweep of MSFT")).to_be_visible()
    expect(page.locator(".plot.drawn")).to_be_visible()
    page.locator("#heat-help").scroll_into_view_if_needed()
    page.locator(".heat .nsewdrag").hover(position={"x": 150, "y": 300})
    hovered = re.search(
        r"Buy (\d+), sell (\d+)", page.locator(".heat .hovertext").text_content() or ""
    )
    assert hovered is not None
    page.locator(".heat .nsewdrag").click(position={"x": 150, "y": 300})
    page.wait_for_url(f"**/backtest?symbol=MSFT&*winbuy={hovered[1]}&winsell={hovered[2]}")
    expect(page.get_by_role("heading", name="Backtest of MSFT")).to_be_visible()
    page.go_back()


def open_a_cell_by_keyboard(page: Page) -> None:
    expect(page.locator(".plot.drawn")).to_be_visible()
    page.locator(".heat").focus()
    page.keyboard.press("Home")
    first = page.locator(".heat-readout").inner_text()
    page.keyboard.press("ArrowLeft")
    moved = page.locator(".heat-readout").inner_text()
    assert first != moved
    found = re.match(r"Buy (\d+), sell (\d+): Sharpe ratio (\S+)\. Enter", moved)
    assert found is not None
    picture(page, "journey-sweep-by-keyboard")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/backtest?symbol=MSFT&*winbuy={found[1]}&winsell={found[2]}")
    sharpe = page.locator(".cards > div", has_text="Sharpe ratio").locator("dd").first
    assert found[3].lstrip("+").replace("-", "\u2212") == sharpe.inner_text()


def cancel_a_sweep(page: Page) -> None:
    page.get_by_role("link", name="Sweep", exact=True).click()
    page.get_by_label("Symbols", exact=True).fill("AAPL GOOG IBM MSFT")
    for side in ("Buy windows", "Sell windows"):
        group = page.get_by_role("group", name=side)
        group.get_by_label("Every").fill("1")
        group.get_by_label("To").fill("250")
    page.get_by_role("button", name="Run the sweep").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel: Sweep of 4 symbols").click()
    expect(page.get_by_text(re.compile("Cancelled|was cancelled")).first).to_be_visible()


def walk_forward(page: Page) -> None:
    page.get_by_role("link", name="Walk-forward", exact=True).click()
    page.get_by_label("Symbol", exact=True).select_option("IBM")
    page.get_by_role("button", name="Run the walk-forward").click()
    expect(page.get_by_role("heading", name="Walk-forward of IBM")).to_be_visible()
    expect(page.locator(".plot.drawn")).to_be_visible()


def look_at_a_forecast(page: Page) -> None:
    page.get_by_role("link", name="Forecast", exact=True).click()
    page.get_by_label("Symbol").select_option("MSFT")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page.get_by_role("heading", name="Forecast of MSFT")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def find_the_reports(page: Page) -> None:
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Open the page Backtest of AAPL").first.click()
    expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def make_and_revoke_a_key(page: Page) -> None:
    page.get_by_role("link", name="Account").click()
    expect(page.get_by_text("Backtests kept")).to_be_visible()
    page.get_by_label("Name").fill("journey")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("The new API key")).to_have_value(re.compile("^barline_"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke journey").click()
    expect(page.get_by_text("no longer works")).to_be_visible()


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
        page.get_by_role("link", name="Look again").click()
        while page.get_by_role("link", name="Look again").count():
            page.reload()
        page.get_by_role("button", name="Open this cell").click()
        expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
