"""The pages in a real browser on the whole system: a person's journey, strictness, accessibility, small screens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from .conftest import Stack

CHROMIUM = "/usr/bin/chromium"
PATIENCE_MS = 60_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "/reporting/backtest?symbol=MSFT&winbuy=50&winsell=200"
PAGES = [
    "/reporting/",
    "/reporting/search?symbol=microsoft",
    "/reporting/import",
    "/reporting/symbols/AAPL?span=all&basis=raw",
    "/reporting/symbols/AAPL/remove",
    "/reporting/backtest",
    "/reporting/backtest?symbol=MSFT&winbuy=1&winsell=200",
    RUN,
    "/reporting/forecast?symbol=IBM",
    "/reporting/reports",
    "/reporting/account",
]


@dataclass
class Observed:
    """What a page said to its console, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(chromium: Browser, stack: Stack, observed: Observed, **options: object) -> Page:
    """A page of its own session, on the sign-in page."""
    context = chromium.new_context(base_url=stack.base_url, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)

    def note(message: object) -> None:
        if getattr(message, "type", "") in {"error", "warning"}:
            observed.complaints.append(str(getattr(message, "text", "")))

    page.on("console", note)
    page.on("pageerror", lambda error: observed.complaints.append(str(error)))
    page.on("request", lambda request: observed.hosts.add(urlsplit(request.url).netloc))
    page.goto("/reporting/sign-in")
    return page


def sign_in(page: Page, stack: Stack) -> None:
    page.get_by_label("User name").fill(stack.username)
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Symbols")).to_be_visible()


def show(page: Page, path: str) -> None:
    """Open a page and wait until every chart on it is drawn."""
    page.goto(path)
    plots = page.locator(".plot")
    for number in range(plots.count()):
        plots.nth(number).scroll_into_view_if_needed()
        expect(plots.nth(number)).to_contain_class("drawn", timeout=PATIENCE_MS)


def test_the_whole_journey_of_a_person(chromium: Browser, stack: Stack, tmp_path: Path) -> None:
    observed = Observed()
    page = open_page(chromium, stack, observed, accept_downloads=True)
    sign_in(page, stack)
    see_demo_data(page)
    remove_and_add_again(page)
    refresh_all(page)
    look_at_a_symbol(page)
    run_a_backtest(page, tmp_path)
    look_at_a_forecast(page)
    find_the_reports(page)
    make_and_revoke_a_key(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/reporting/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert observed.complaints == []
    assert observed.hosts - {""} == {urlsplit(stack.base_url).netloc}
    page.context.close()


def see_demo_data(page: Page) -> None:
    expect(page.get_by_text("Demo data.")).to_be_visible()
    expect(page.locator(".sparkline")).to_have_count(5)


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


def run_a_backtest(page: Page, folder: Path) -> None:
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
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
        expect(page.get_by_text("Preparing PDF")).to_be_visible()
    target = folder / "report.pdf"
    waiting.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF-")
    page.go_back()
    expect(page.get_by_role("heading", name="What would it have made?")).to_be_visible()


def look_at_a_forecast(page: Page) -> None:
    page.get_by_role("link", name="Forecast", exact=True).click()
    page.get_by_label("Symbol").select_option("MSFT")
    page.get_by_role("button", name="Show the forecast").click()
    expect(page.get_by_role("heading", name="Forecast of MSFT")).to_be_visible()
    expect(page.get_by_role("heading", name="Predicted and actual", exact=True)).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def find_the_reports(page: Page) -> None:
    page.get_by_role("link", name="Reports").click()
    page.get_by_role("link", name="Open the page Backtest of AAPL").first.click()
    expect(page.get_by_role("heading", name="Backtest of AAPL")).to_be_visible()
    expect(page.locator(".plot.drawn").first).to_be_visible()


def make_and_revoke_a_key(page: Page) -> None:
    page.get_by_role("link", name="Account").click()
    page.get_by_label("Name").fill("journey")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_label("The new API key")).to_have_value(re.compile("^barline_"))
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Revoke journey").click()
    expect(page.get_by_text("no longer works")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1440)])
def test_every_page_is_accessible_and_fits(
    chromium: Browser, stack: Stack, scheme: str, width: int
) -> None:
    observed = Observed()
    size = {"width": width, "height": 900}
    page = open_page(chromium, stack, observed, viewport=size, color_scheme=scheme)
    wrong = findings_on(page, "/reporting/sign-in")
    sign_in(page, stack)
    for path in PAGES:
        show(page, path)
        wrong += findings_on(page, path)
    assert wrong == []
    assert observed.complaints == []
    page.context.close()


def findings_on(page: Page, path: str) -> list[str]:
    """What axe has against the page, and whether it scrolls sideways."""
    drawings = {
        "exclude": [[".main-svg"]]
    }  # each has its words beside it, and a text for those who cannot see it
    result = Axe().run(page, context=drawings, options={"runOnly": WCAG})
    found = [
        f"{path}: {one['id']}: {one['nodes'][0]['html'][:200]}"
        for one in result.response["violations"]
    ]
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*found, *([f"{path}: {sideways} px too wide"] if sideways > 0 else [])]


def test_charts_follow_the_page_into_the_dark(chromium: Browser, stack: Stack) -> None:
    page = open_page(chromium, stack, Observed(), color_scheme="light")
    sign_in(page, stack)
    show(page, "/reporting/symbols/MSFT")
    background = page.locator("#main .plot .main-svg").first
    expect(background).to_have_css("background-color", "rgb(255, 255, 255)")
    page.emulate_media(color_scheme="dark")
    expect(background).to_have_css("background-color", "rgb(20, 25, 31)")
    page.context.close()


def test_the_pages_work_without_scripts(chromium: Browser, stack: Stack) -> None:
    page = open_page(chromium, stack, Observed(), java_script_enabled=False)
    sign_in(page, stack)
    page.goto(RUN)
    expect(page.locator("noscript p").first).to_be_visible()
    expect(page.get_by_role("heading", name="Trades", exact=True)).to_be_visible()
    page.context.close()
