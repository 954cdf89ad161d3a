"""What a person does with backtests in the browser: run, check, download, sweep, open cells, walk forward."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from .browsing import picture


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
    expect(page.get_by_role("heading", name="Sensitivity", exact=True)).to_be_visible()
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
        group.get_by_label("To").fill("490")  # nearly a million cells: long enough on any machine
    page.get_by_role("button", name="Run the sweep").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Cancel: Sweep of 4 symbols").hover()
    # A press that lasts while the progress is asked for: a button that was replaced meanwhile would lose the click.
    page.mouse.down()
    for _ in range(2):
        page.wait_for_event("response", lambda answer: "/reporting/jobs/" in answer.url)
    page.wait_for_timeout(100)  # until the answer is in the page
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.mouse.up()
    over = page.get_by_role("heading", name="Cancelled").or_(page.get_by_text("was cancelled"))
    expect(over).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)


def walk_forward(page: Page) -> None:
    page.get_by_role("link", name="Walk-forward", exact=True).click()
    page.get_by_label("Symbol", exact=True).select_option("IBM")
    page.get_by_role("button", name="Run the walk-forward").click()
    expect(page.get_by_role("heading", name="Walk-forward of IBM")).to_be_visible()
    expect(page.locator(".plot.drawn")).to_be_visible()
