"""Every page, narrow and wide, light and dark: axe finds nothing, nothing scrolls sideways; pictures are kept."""

import time
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .browsing import person, picture, show
from .conftest import Stack
from .test_forecasts import make

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_S = 30
WIDTHS = (360, 1440)
SURFACES = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 25, 31)"}
RULES = {  # the scheme changes nothing but colours
    "light": {"type": "tag", "values": WCAG},
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}
RUN = "/reporting/backtest?symbol=MSFT&winbuy=50&winsell=200"
PAGES = {
    "overview": "/reporting/",
    "search": "/reporting/search?symbol=microsoft",
    "import": "/reporting/import",
    "symbol": "/reporting/symbols/AAPL?span=all&basis=raw",
    "remove": "/reporting/symbols/AAPL/remove",
    "backtest form": "/reporting/backtest",
    "backtest wrong": "/reporting/backtest?symbol=MSFT&winbuy=1&winsell=200",
    "backtest": RUN,
    "sweep form": "/reporting/backtest/sweep",
    "walk-forward form": "/reporting/backtest/walk-forward",
    "forecast": "/reporting/forecast?symbol=IBM",
    "reports": "/reporting/reports",
    "account": "/reporting/account",
    "usage": "/reporting/account/usage",
}
RANGE = {"start": 20, "stop": 201, "step": 20}
GRID = {"winbuy": RANGE, "winsell": RANGE}
DRAWN_IN = """surface => [...document.querySelectorAll(".plot.drawn")].every(plot =>
    getComputedStyle(plot.querySelector(".main-svg")).backgroundColor === surface)"""


@pytest.fixture(scope="module")
def studies(stack: Stack) -> dict[str, str]:
    """The pages of a sweep of two symbols, of a walk-forward and of a batch, in which one symbol has no forecast."""
    with stack.client() as api:
        sweep = ordered(api, "sweeps", {"symbols": ["MSFT", "IBM"], **GRID})
        walk = ordered(api, "walk_forwards", {"symbol": "MSFT", **GRID})
        batch = make(api, symbols=["AAPL", "FB", "MSFT"])
    return {
        "sweep": f"/reporting/backtest/sweeps/{sweep}",
        "walk-forward": f"/reporting/backtest/walk-forwards/{walk}",
        "forecast batch": f"/reporting/forecast/batches/{batch['id']}",
    }


def ordered(api: httpx.Client, kind: str, body: dict[str, object]) -> str:
    answer = api.post(f"/back_test/{kind}", json=body, params={"wait": 30})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def compared(page: Page) -> str:
    """The address of a comparison of two backtests that were looked at."""
    for windows in ("winbuy=50&winsell=200", "winbuy=20&winsell=100"):
        page.goto(f"/reporting/backtest?symbol=MSFT&{windows}")
    page.goto("/reporting/reports?symbol=MSFT&kind=backtest&format=json")
    ticks = page.get_by_role("checkbox")
    ticks.nth(0).check()
    ticks.nth(1).check()
    page.get_by_role("button", name="Compare").click()
    return page.url


def test_every_page_is_accessible_and_fits(
    chromium: Browser, stack: Stack, studies: dict[str, str]
) -> None:
    wrong: list[str] = []
    with person(chromium, stack) as page:
        for name, path in {**PAGES, **studies, "comparison": compared(page)}.items():
            show(page, path)
            wrong += [f"{name}: {one}" for one in every_look(page, name)]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "path"), [("sign-in", "/reporting/sign-in"), ("nowhere", "/reporting/nowhere")]
)
def test_what_a_stranger_sees_is_accessible_and_fits(
    chromium: Browser, stack: Stack, name: str, path: str
) -> None:
    page = chromium.new_page(base_url=stack.base_url)
    page.goto(path)
    assert list(every_look(page, name)) == []
    page.context.close()


def every_look(page: Page, name: str) -> Iterator[str]:
    """What is wrong with the page at each width in each scheme; a picture of each is kept."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, surface in SURFACES.items():
            page.emulate_media(color_scheme=scheme)
            drawn_in(page, surface)
            for found in findings(page, scheme):
                yield f"{width} px, {scheme}: {found}"
            picture(page, f"{name}-{width}-{scheme}")


def drawn_in(page: Page, surface: str) -> None:
    """Wait until the charts have their colours. Playwright looks again with `eval`, which our policy forbids."""
    deadline = time.monotonic() + PATIENCE_S
    while not page.evaluate(DRAWN_IN, surface):
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def findings(page: Page, scheme: str) -> Iterator[str]:
    """What axe has against the page, and whether it scrolls sideways. Charts have their words beside them."""
    result = Axe().run(
        page, context={"exclude": [[".main-svg"]]}, options={"runOnly": RULES[scheme]}
    )
    for one in result.response["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:200]}"
    sideways = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if sideways > 0:
        yield f"{sideways} px too wide"
