"""The pages that come with libraries, in a real browser under the strict policy, without a complaint."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from .conftest import Stack
from .test_pages import CHROMIUM, Observed, open_page, sign_in

MANAGE = Path(__file__).parents[2] / "manage.py"
STAFF = {"username": "root", "password": "a sentence for the staff"}


@pytest.fixture(scope="module")
def staff(stack: Stack) -> Stack:
    """The same installation, for an administrator made as Django's users make one."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    named = {f"DJANGO_SUPERUSER_{name.upper()}": value for name, value in STAFF.items()}
    subprocess.run(
        [sys.executable, str(MANAGE), "createsuperuser", "--noinput", "--email", ""],
        env={**kept, **named, "BARLINE_HOME": str(stack.home)},
        cwd=stack.home.parent,
        check=True,
        capture_output=True,
    )
    return Stack(stack.home, stack.base_url, STAFF["username"], STAFF["password"], stack.api_key)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def test_the_routes_are_shown_by_a_page_that_needs_no_other_host(stack: Stack) -> None:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        observed = Observed()
        page = open_page(chromium, stack, observed)
        sign_in(page, stack)
        page.goto("/api/docs/")
        expect(page.locator(".opblock").first).to_be_visible()
        page.locator("#operations-Backtests-runBacktest .opblock-summary-control").click()
        expect(page.locator("[data-param-name=winbuy]").first).to_be_visible()
        assert page.locator(".opblock").count() >= 25
        assert observed.complaints == []
        assert observed.hosts == {stack.base_url.removeprefix("http://")}
        chromium.close()


def test_administration_works_under_the_policy(staff: Stack) -> None:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        observed = Observed()
        page = open_page(chromium, staff, observed)
        sign_in(page, staff)
        for path in (
            "/admin/",
            "/admin/accounts/apikey/",
            "/admin/accounts/auditentry/",
            "/admin/auth/user/",
        ):
            page.goto(path)
            expect(page.locator("#content")).to_be_visible()
        page.goto("/admin/auth/user/?q=demo")
        page.get_by_role("link", name="demo").first.click()
        expect(page.locator("#id_username")).to_have_value("demo")
        assert observed.complaints == []
        assert observed.hosts == {staff.base_url.removeprefix("http://")}
        chromium.close()
