"""A person's browser on the running system: what it complains of, whom it asks, and pictures of what it shows."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from .conftest import PATIENCE_MS, Stack

ARTEFACTS = Path(__file__).parents[3] / "test-artefacts" / "pages"


@dataclass
class Observed:
    """What a page said to its console, and whom it asked."""

    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)


@contextmanager
def person(chromium: Browser, stack: Stack, **options: object) -> Iterator[Page]:
    """A page of its own session, signed in. At its end nothing may have been complained of or asked elsewhere."""
    seen = Observed()
    context = chromium.new_context(base_url=stack.base_url, **options)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)

    def note(message: object) -> None:
        if getattr(message, "type", "") in {"error", "warning"}:
            seen.complaints.append(str(getattr(message, "text", "")))

    page.on("console", note)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.hosts.add(urlsplit(request.url).netloc))
    page.goto("/reporting/sign-in")
    page.get_by_label("User name").fill(stack.username)
    page.get_by_label("Password").fill(stack.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Symbols")).to_be_visible()
    yield page
    context.close()
    assert seen.complaints == []
    assert seen.hosts - {""} == {urlsplit(stack.base_url).netloc}


def show(page: Page, path: str) -> None:
    """Open a page and wait until every chart on it is drawn."""
    page.goto(path)
    plots = page.locator(".plot")
    for number in range(plots.count()):
        plots.nth(number).scroll_into_view_if_needed()
        expect(plots.nth(number)).to_contain_class("drawn")


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where CI collects them."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.evaluate("scrollTo(0, 0)")
    file_name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") + ".png"
    page.screenshot(path=ARTEFACTS / file_name, full_page=True)
