"""Plotly under a strict policy: what it would put into the page by script is a file, and stays in step with it."""

from pathlib import Path

import plotly
import pytest
from playwright.sync_api import sync_playwright

import barline_gateway.reporting as reporting_package

CHROMIUM = "/usr/bin/chromium"
STATIC = Path(reporting_package.__file__).parent / "static" / "reporting"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
EMPTY = '<!doctype html><html><head>{}</head><body><div id="plot"></div></body></html>'
RULES_OF = "id => [...document.getElementById(id).sheet.cssRules].map(rule => rule.cssText)"


@pytest.fixture(scope="module")
def pages() -> "tuple[list[str], list[str], list[str]]":
    """Plotly's rules without a policy, those of our file, and the style elements left with our two elements there."""
    script = (STATIC / "charts.js").read_text()
    map_styles = script.split('MAP_STYLES = "')[1].split('"')[0]
    ours = f"<style id=ours>{(STATIC / 'plotly.css').read_text()}</style>"
    prepared = (
        f'<link id="plotly.js-style-global" class="no-inline-styles"><meta id="{map_styles}">'
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(EMPTY.format(ours))
        page.add_script_tag(path=PLOTLY)
        added = page.evaluate(RULES_OF, "plotly.js-style-global")
        kept = page.evaluate(RULES_OF, "ours")
        page.set_content(EMPTY.format(prepared))
        page.add_script_tag(path=PLOTLY)
        page.evaluate(
            "Plotly.newPlot('plot', [{type: 'candlestick', x: [1], open: [1], high: [2], low: [0], close: [1]}])"
        )
        styles = page.evaluate("[...document.querySelectorAll('style')].map(style => style.id)")
        browser.close()
    return added, kept, styles


def test_our_file_has_the_rules_plotly_would_add(
    pages: tuple[list[str], list[str], list[str]],
) -> None:
    added, kept, _ = pages
    assert kept == added


def test_with_our_elements_in_place_plotly_adds_no_style(
    pages: tuple[list[str], list[str], list[str]],
) -> None:
    assert pages[2] == []
