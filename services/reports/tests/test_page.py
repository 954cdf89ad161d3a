"""The HTML report: one file, nothing from outside, nothing from a hostile name."""

import base64
import hashlib
import re
import time
from collections import Counter
from html.parser import HTMLParser

import orjson
import pytest
from playwright.sync_api import Browser, Page

from barline_reports.backtest_document import backtest_document
from barline_reports.page import page
from barline_reports.schemas import read_backtest

from .report_samples import Bars, backtest_answer, encoded, waves
from .test_pages import CASES

HOSTILE = "<script>alert(1)</script>\"'&</title></script><!--"


def html_of(bars: Bars, **changes: object) -> str:
    body = encoded(backtest_answer(bars) | changes)
    return page(backtest_document(read_backtest(body), body)).decode()


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of every script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._inside_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside_script = tag == "script"
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside_script = False

    def handle_data(self, data: str) -> None:
        if self._inside_script:
            self.scripts[-1] += data


def test_the_page_loads_nothing(msft: Bars) -> None:
    for tag, attributes in Elements(html_of(msft)).tags:
        assert not {"src", "href", "srcset", "data"} & set(attributes), (tag, attributes)


def test_plotly_is_there_once_and_only_our_scripts_may_run(msft: Bars) -> None:
    elements = Elements(html_of(msft))
    data, plotly, charts = elements.scripts
    assert plotly.count("plotly.js v") == 1
    policy = next(a["content"] for t, a in elements.tags if t == "meta" and "http-equiv" in a)
    for script in (plotly, charts):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in str(policy)
    assert set(orjson.loads(data)["figures"]) >= {"price", "equity", "monthly"}


def test_a_hostile_symbol_is_text(msft: Bars) -> None:
    elements = Elements(html_of(msft, symbol=HOSTILE))
    assert len(elements.scripts) == 3
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html_of(msft, symbol=HOSTILE)


def test_a_hostile_finding_is_text(msft: Bars) -> None:
    found = [{"id": "x", "severity": "<b>", "message": HOSTILE}]
    assert len(Elements(html_of(msft, findings=found)).scripts) == 3


def wait_until(tab: Page, expression: str, patience_s: float = 20.0) -> None:
    """Playwright's own way looks again with `eval`, which the report's policy forbids."""
    deadline = time.monotonic() + patience_s
    while not tab.evaluate(expression):
        assert time.monotonic() < deadline, expression
        tab.wait_for_timeout(50)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_browser_draws_every_chart_without_complaint(
    browser: Browser, scheme: str, width: int
) -> None:
    complaints: list[str] = []
    requests: list[str] = []
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})  # type: ignore[arg-type]  # a literal
    tab = context.new_page()
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda request: requests.append(request.url))
    tab.set_content(html_of(waves(400), symbol=HOSTILE), wait_until="load")
    wait_until(tab, "document.querySelectorAll('.plot .main-svg').length >= 10")
    assert complaints == []
    assert [url for url in requests if not url.startswith(("data:", "blob:"))] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert re.sub(r"\s", "", tab.evaluate("getComputedStyle(document.body).backgroundColor")) == (
        "rgb(20,25,31)" if scheme == "dark" else "rgb(255,255,255)"
    )
    context.close()


@pytest.mark.parametrize("case", CASES)
def test_a_hard_case_fits_a_narrow_and_a_wide_page(browser: Browser, case: str) -> None:
    document = CASES[case]()
    tab = browser.new_page(viewport={"width": 1280, "height": 800})
    tab.set_default_timeout(120_000)  # sixty years of charts on a machine that does much else
    tab.set_content(page(document).decode(), wait_until="load")
    charts = len(document.drawable)
    wait_until(tab, f"document.querySelectorAll('.plot:has(.main-svg)').length === {charts}", 120)
    for width in (1280, 360):
        tab.set_viewport_size({"width": width, "height": 800})
        # Charts take their new width a moment after the window has its own.
        wait_until(tab, f"document.documentElement.scrollWidth <= {width}")
    ids = tab.evaluate("[...document.querySelectorAll('main [id]')].map(one => one.id)")
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    tab.close()
