"""API keys: made, shown once, revoked."""

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpResponse
    from django.test import Client

    from barline_gateway.registry.models import Symbol

NEW = {"name": "notebook", "scope": "read", "days": "30"}


def key_in(page: str) -> str:
    found = re.search(r'id="new-key"[^>]* value="(barline_[^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_new_key_is_shown_once_and_works(browser: "Client") -> None:
    answer = browser.post("/reporting/account/keys", NEW)
    key = key_in(answer.content.decode())
    assert "no-store" in answer.headers["cache-control"]
    assert key not in browser.get("/reporting/account").content.decode()
    headers = {"Authorization": f"Bearer {key}"}
    browser.logout()
    assert browser.get("/financial_data/data", headers=headers).status_code == 200
    assert browser.post("/financial_data/refresh", headers=headers).status_code == 403


def test_the_key_is_nowhere_in_the_database(browser: "Client") -> None:
    from django.contrib.sessions.models import Session

    from barline_gateway.accounts.models import ApiKey

    key = key_in(browser.post("/reporting/account/keys", NEW).content.decode())
    kept = [*ApiKey.objects.values_list(), *[one.get_decoded() for one in Session.objects.all()]]
    assert key not in str(kept)


def test_a_revoked_key_stops_and_is_listed_as_revoked(browser: "Client", person: "User") -> None:
    from barline_gateway.accounts.models import ApiKey

    key = key_in(browser.post("/reporting/account/keys", NEW).content.decode())
    row = ApiKey.objects.get(user=person)
    page = browser.post(f"/reporting/account/keys/{row.pk}/revoke", follow=True).content.decode()
    assert "no longer works" in page
    assert "Revoked keys" in page
    browser.logout()
    headers = {"Authorization": f"Bearer {key}"}
    assert browser.get("/financial_data/data", headers=headers).status_code == 401


def test_another_persons_key_does_not_exist(browser: "Client") -> None:
    from django.contrib.auth.models import User

    from barline_gateway.accounts.keys import create_key
    from barline_gateway.accounts.models import Scope

    other = User.objects.create_user(username="eve")
    key, _ = create_key(user=other, name="hers", scope=Scope.READ)
    assert browser.post(f"/reporting/account/keys/{key.pk}/revoke").status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None
    assert "hers" not in browser.get("/reporting/account").content.decode()


@pytest.mark.parametrize("staff", [False, True])
def test_only_an_administrator_can_make_a_key_that_administers(
    browser: "Client", person: "User", staff: bool
) -> None:
    person.is_staff = staff
    person.save()
    page = browser.post("/reporting/account/keys", NEW | {"scope": "admin"}).content.decode()
    assert ("Your new key" in page) == staff


def test_a_key_without_a_name_is_said_beside_the_field(browser: "Client") -> None:
    headers = {"HX-Request": "true"}
    answer = browser.post("/reporting/account/keys", NEW | {"name": " "}, headers=headers)
    page = answer.content.decode()
    assert "Please fill this in." in page
    assert "<html" not in page


def test_the_account_shows_what_one_has_used(
    services: None, browser: "Client", msft: "Symbol"
) -> None:
    browser.get("/reporting/backtest", {"symbol": "MSFT", "winbuy": "20", "winsell": "50"})
    assert "/reporting/account/usage" in browser.get("/reporting/account").content.decode()
    used = words(browser.get("/reporting/account/usage", headers={"HX-Request": "true"}))
    assert "Backtests kept 1" in used
    assert "Reports kept 1" in used
    assert "1,200 a minute" in used


def test_usage_says_what_is_known_when_services_are_down(
    services_down: None, browser: "Client"
) -> None:
    answer = browser.get("/reporting/account/usage")
    assert answer.status_code == 200
    assert "Backtests kept n/a" in words(answer)
    assert "not known now" in words(answer)


@pytest.mark.parametrize(
    ("rate", "says"), [("5/s", "5 a second"), ("1200/min", "1,200 a minute"), ("1/day", "1 a day")]
)
def test_a_rate_is_written_in_words(rate: str, says: str) -> None:
    from barline_gateway.reporting.usage import rate_in_words

    assert rate_in_words(rate) == says


def words(answer: "HttpResponse") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())
