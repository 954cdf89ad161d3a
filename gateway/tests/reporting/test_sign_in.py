"""Who may see the pages, and how one gets in and out."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

PASSWORD = "correct horse"

PAGES = [
    "/reporting/",
    "/reporting/backtest",
    "/reporting/forecast",
    "/reporting/reports",
    "/reporting/account",
    "/reporting/symbols/MSFT",
    "/reporting/symbols/MSFT/remove",
    "/reporting/jobs/ingestion-1",
]


@pytest.mark.parametrize("path", [*PAGES, "/reporting", *[path + "/" for path in PAGES[1:]]])
def test_every_page_asks_to_sign_in_and_remembers_where_one_was(
    visitor: "Client", path: str
) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/reporting/sign-in?next={path}"


def test_htmx_moves_the_whole_page_to_the_sign_in(visitor: "Client") -> None:
    shown = "http://localhost/reporting/?search=ms"
    answer = visitor.get(
        "/reporting/budget", headers={"HX-Request": "true", "HX-Current-URL": shown}
    )
    assert answer.headers["hx-redirect"].endswith("?next=/reporting/%3Fsearch%3Dms")
    assert answer.content == b""


@pytest.fixture
def member(person: "User") -> "User":
    """A person with a password, which is slow to make."""
    person.set_password(PASSWORD)
    person.save()
    return person


def test_the_right_password_leads_back_to_the_page(visitor: "Client", member: "User") -> None:
    form = {"username": "ada", "password": PASSWORD, "next": "/reporting/account"}
    answer = visitor.post("/reporting/sign-in", form)
    assert answer.headers["location"] == "/reporting/account"
    assert visitor.get("/reporting/account").status_code == 200


def test_another_site_is_no_place_to_be_led_to(visitor: "Client", member: "User") -> None:
    form = {"username": "ada", "password": PASSWORD, "next": "https://example.org/"}
    assert visitor.post("/reporting/sign-in", form).headers["location"] == "/reporting/"


def test_a_wrong_password_says_so_and_keeps_the_name(visitor: "Client", member: "User") -> None:
    answer = visitor.post("/reporting/sign-in", {"username": "ada", "password": "wrong"})
    page = answer.content.decode()
    assert "correct username and password" in page
    assert 'value="ada"' in page
    assert "wrong" not in page


def test_signing_out_takes_a_button_not_a_link(browser: "Client") -> None:
    assert browser.get("/reporting/sign-out").status_code == 405
    assert browser.post("/reporting/sign-out").headers["location"] == "/reporting/sign-in"
    assert browser.get("/reporting/").status_code == 302


def test_a_form_without_its_token_is_refused_on_a_page(person: "User") -> None:
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    strict.force_login(person)
    answer = strict.post("/reporting/symbols", {"symbol": "IBM"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
