"""Who may call what: no key, wrong key, read key on a write route, expired, revoked, throttled."""

import datetime as dt
from collections.abc import Callable

import httpx
import pytest

from barline_core.problems import CONTENT_TYPE

KeyMaker = Callable[..., str]

READ_ROUTES = [
    "/financial_data/data",
    "/back_test",
    "/ai_prediction",
    "/reports",
    "/reports/compare",
    "/jobs/backtest-1",
]
WRITE_ROUTES = ["/financial_data/add", "/financial_data/refresh", "/financial_data/remove"]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def get(base: str, path: str, key: str | None = None) -> httpx.Response:
    return httpx.get(base + path, headers=bearer(key) if key else {}, timeout=30)


@pytest.mark.parametrize("path", [*READ_ROUTES, *[route + "/" for route in READ_ROUTES]])
def test_without_a_key_every_route_says_how_to_get_in(
    gateway_url: str, clean_database: None, path: str
) -> None:
    answer = get(gateway_url, path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert "API key" in answer.json()["detail"]


@pytest.mark.parametrize("path", WRITE_ROUTES)
def test_a_read_key_may_not_write(gateway_url: str, make_key: KeyMaker, path: str) -> None:
    answer = httpx.post(gateway_url + path, headers=bearer(make_key("read")), json={})
    assert answer.status_code == 403
    assert "`read`" in answer.json()["detail"]
    assert answer.json()["type"].endswith("/not-allowed")


def test_a_read_key_may_not_delete_a_report(gateway_url: str, make_key: KeyMaker) -> None:
    url = f"{gateway_url}/reports/report-1"
    answer = httpx.delete(url, headers=bearer(make_key("read")))
    assert answer.status_code == 403
    assert "DELETE here needs `write`" in answer.json()["detail"]


def test_a_read_key_may_look(gateway_url: str, make_key: KeyMaker) -> None:
    assert get(gateway_url, "/financial_data/data", make_key("read")).status_code == 200


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic dXNlcjpw", "nonsense"])
def test_wrong_credentials_are_a_401(gateway_url: str, clean_database: None, header: str) -> None:
    answer = httpx.get(gateway_url + "/financial_data/data", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_an_expired_key_no_longer_works(gateway_url: str, make_key: KeyMaker) -> None:
    key = make_key("write", expires_at=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    assert get(gateway_url, "/financial_data/data", key).status_code == 401


def test_a_revoked_key_stops_at_once(gateway_url: str, make_key: KeyMaker) -> None:
    from barline_gateway.accounts.keys import find_key, revoke_key

    key = make_key("write")
    assert get(gateway_url, "/financial_data/data", key).status_code == 200
    found = find_key(key)
    assert found is not None
    revoke_key(found)
    assert get(gateway_url, "/financial_data/data", key).status_code == 401


def test_the_key_itself_is_not_in_the_database(make_key: KeyMaker) -> None:
    from barline_gateway.accounts.models import ApiKey

    key = make_key("write")
    assert key not in str(list(ApiKey.objects.values()))


def test_another_site_may_not_start_a_backtest_in_a_signed_in_persons_name(
    gateway_url: str, make_key: KeyMaker
) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    make_key("read", user="eve")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="eve"))
    query = {"symbol": "IBM", "winbuy": "5", "winsell": "9"}
    refused = browser.get("/back_test", query, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert browser.get("/back_test", query).status_code == 503  # allowed, but no service is up


def test_a_session_needs_the_csrf_token_to_write(clean_database: None, make_key: KeyMaker) -> None:
    from django.contrib.auth.models import User
    from django.test import Client

    make_key("read", user="eve")
    browser = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="eve"))
    assert browser.post("/financial_data/refresh").status_code == 403
