"""What holds on every page: a strict policy, nothing from elsewhere, no inline script or style, and helpful errors."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import barline_gateway.reporting as reporting_package

if TYPE_CHECKING:
    from django.test import Client

ROOT = Path(reporting_package.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_FILES = [*TEMPLATES, *sorted((ROOT / "static").rglob("*.[jc]s*"))]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_has_an_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.?js:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_comment_of_a_template_reaches_the_page(path: Path) -> None:
    assert all(
        "#}" in line.partition("{#")[2] for line in path.read_text().splitlines() if "{#" in line
    )


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_no_file_of_the_pages_names_another_host(path: Path) -> None:
    assert not re.search(r"(https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text())


@pytest.mark.parametrize(
    "path",
    [
        "/reporting/",
        "/reporting/import",
        "/reporting/sign-in",
        "/reporting/account",
        "/reporting/nothing",
    ],
)
def test_every_page_has_a_strict_policy(browser: "Client", path: str) -> None:
    policy = browser.get(path).headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy


def test_a_browser_keeps_no_page_and_never_takes_a_part_for_a_page(browser: "Client") -> None:
    answer = browser.get("/reporting/backtest")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "HX-Request" in answer.headers["vary"]


def test_an_address_that_leads_nowhere_is_a_page(browser: "Client") -> None:
    answer = browser.get("/reporting/nothing")
    assert answer.status_code == 404
    assert "To the overview" in answer.content.decode()


def test_a_part_that_leads_nowhere_is_no_whole_page(browser: "Client") -> None:
    answer = browser.get("/reporting/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.content.decode()


def test_no_template_names_a_form_field_without_a_label(browser: "Client") -> None:
    for path in ("/reporting/", "/reporting/account", "/reporting/sign-in", "/reporting/backtest"):
        page = browser.get(path, follow=True).content.decode()
        ids = re.findall(r'<(?:input|select)[^>]* id="([^"]+)"', page)
        assert ids
        for name in ids:
            assert f'for="{name}"' in page or f'id="{name}" class="key-text"' in page
