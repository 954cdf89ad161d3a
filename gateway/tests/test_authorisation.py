"""Route by route: who gets in, who is refused, and how. A route without a row fails the test."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx
import pytest

from .route_table import METHODS, routes

if TYPE_CHECKING:
    from django.test import Client

KeyMaker = Callable[..., str]

READ, WRITE, ADMIN = "read", "write", "admin"
RANK = {READ: 0, WRITE: 1, ADMIN: 2}
ANYONE, PERSON, STAFF = "anyone", "person", "staff"

# What each API route needs. `own`: the object belongs to a user, and is a 404 for another.
API: dict[tuple[str, str], str] = {
    ("get", "/financial_data/data"): READ,
    ("get", "/financial_data/search"): READ,
    ("post", "/financial_data/add"): WRITE,
    ("post", "/financial_data/remove"): WRITE,
    ("post", "/financial_data/refresh"): WRITE,
    ("post", "/financial_data/import"): WRITE,
    ("get", "/back_test"): READ,
    ("get", "/back_test/runs"): READ,
    ("get", "/back_test/runs/{run_id}"): READ,
    ("get", "/back_test/runs/{run_id}/sensitivity"): READ,
    ("post", "/back_test/runs/{run_id}/verify"): WRITE,
    ("post", "/back_test/runs/{run_id}/audit"): WRITE,
    ("post", "/back_test/sweeps"): WRITE,
    ("get", "/back_test/sweeps/{study_id}"): READ,
    ("post", "/back_test/walk_forwards"): WRITE,
    ("get", "/back_test/walk_forwards/{study_id}"): READ,
    ("get", "/ai_prediction"): READ,
    ("post", "/ai_prediction"): WRITE,
    ("get", "/ai_prediction/batches/{batch_id}"): READ,
    ("get", "/ai_prediction/scorecard"): READ,
    ("get", "/ai_prediction/model"): READ,
    ("post", "/back_test/forecasts"): WRITE,
    ("get", "/reports/compare"): READ,
    ("delete", "/reports/{report_id}"): WRITE,
    ("get", "/reports"): READ,
    ("get", "/reports/{report_id}"): READ,
    ("get", "/jobs/{job_id}"): READ,
    ("delete", "/jobs/{job_id}"): WRITE,
    ("get", "/account/keys"): READ,
    ("post", "/account/keys"): ADMIN,
    ("get", "/account/keys/{key_id}"): READ,
    ("delete", "/account/keys/{key_id}"): ADMIN,
    ("post", "/account/keys/{key_id}/rotate"): ADMIN,
    ("get", "/api/schema"): READ,
}
PAGES = {
    "/api/docs": PERSON,
    "/reporting": PERSON,
    "/reporting/": PERSON,
    "/reporting/sign-in": ANYONE,
    "/reporting/sign-out": ANYONE,  # ends a session where there is one
    "/reporting/symbols": PERSON,
    "/reporting/search": PERSON,
    "/reporting/import": PERSON,
    "/reporting/refreshes": PERSON,
    "/reporting/budget": PERSON,
    "/reporting/symbols/{ticker}": PERSON,
    "/reporting/symbols/{ticker}/sparkline": PERSON,
    "/reporting/symbols/{ticker}/remove": PERSON,
    "/reporting/jobs/{job_id}": PERSON,
    "/reporting/jobs/{job_id}/cancel": PERSON,
    "/reporting/backtest": PERSON,
    "/reporting/forecast": PERSON,
    "/reporting/reports": PERSON,
    "/reporting/reports/{report_id}": PERSON,
    "/reporting/account/usage": PERSON,
    "/reporting/backtest/runs/{run_id}/audit": PERSON,
    "/reporting/backtest/runs/{run_id}/verify": PERSON,
    "/reporting/backtest/sweep": PERSON,
    "/reporting/backtest/sweeps/{study_id}": PERSON,
    "/reporting/backtest/walk-forward": PERSON,
    "/reporting/backtest/walk-forwards/{study_id}": PERSON,
    "/reporting/forecast/batches": PERSON,
    "/reporting/forecast/batches/{batch_id}": PERSON,
    "/reporting/reports/compare": PERSON,
    "/reporting/reports/{report_id}/delete": PERSON,
    "/reporting/account": PERSON,
    "/reporting/account/password": PERSON,
    "/reporting/account/keys": PERSON,
    "/reporting/account/keys/{key_id}/revoke": PERSON,
}
PARTS = {
    "{run_id}": "run-1",
    "{study_id}": "sweep-1",
    "{report_id}": "report-1",
    "{batch_id}": "batch-1",
    "{job_id}": "backtest-1",
    "{ticker}": "IBM",
}


@dataclass(frozen=True, slots=True)
class People:
    """Keys of each kind; `key_id` is one of ada's, and `other` belongs to bob."""

    keys: dict[str, str]
    key_id: int


@pytest.fixture
def people(make_key: KeyMaker) -> People:
    from barline_gateway.accounts.keys import find_key, revoke_key
    from barline_gateway.accounts.models import ApiKey

    keys = {scope: make_key(scope) for scope in (READ, WRITE, ADMIN)}
    gone = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    keys |= {"expired": make_key("admin", expires_at=gone), "revoked": make_key("admin")}
    keys |= {"other": make_key("admin", user="bob")}
    revoked = find_key(keys["revoked"])
    assert revoked is not None
    revoke_key(revoked)
    target = make_key("read")
    found = find_key(target)
    assert found is not None
    assert ApiKey.objects.count() == 7
    return People(keys, found.pk)


def address(path: str, key_id: int) -> str:
    for part, value in {**PARTS, "{key_id}": str(key_id)}.items():
        path = path.replace(part, value)
    return path


def test_every_route_has_a_row(django_ready: None) -> None:
    served = {
        (method, route.path) for route in routes() if route.is_api for method in route.methods
    }
    assert served == set(API)
    shown = {route.path for route in routes() if not route.is_api}
    assert {path for path in shown if not path.startswith("/admin/")} == set(PAGES)


@pytest.mark.parametrize(("method", "path"), list(API))
def test_a_route_of_the_api_lets_in_whom_it_should(
    gateway_url: str, people: People, method: str, path: str
) -> None:
    where = gateway_url + address(path, people.key_id)

    def status(key: str | None) -> int:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return httpx.request(method, where, headers=headers, timeout=30).status_code

    assert status(None) == 401
    assert status("barline_made-up") == 401
    assert status(people.keys["expired"]) == 401
    assert status(people.keys["revoked"]) == 401
    for scope in (READ, WRITE):
        refused = RANK[scope] < RANK[API[method, path]]
        assert (status(people.keys[scope]) == 403) is refused, scope
    if "{key_id}" in path:
        assert status(people.keys["other"]) == 404
    assert status(people.keys[ADMIN]) not in {401, 403}


@pytest.mark.parametrize("path", list(PAGES))
def test_a_page_lets_in_whom_it_should(visitor: "Client", person: object, path: str) -> None:
    where = address(path, 1)
    answers = [visitor.get(where), visitor.post(where)]
    if PAGES[path] == ANYONE:
        assert all(
            not answer.headers.get("location", "").startswith("/reporting/sign-in?")
            for answer in answers
        )
        return
    assert all(answer.status_code in {302, 405} for answer in answers)
    led = [answer for answer in answers if answer.status_code == 302]
    assert led
    assert all(answer.headers["location"].startswith("/reporting/sign-in?") for answer in led)
    visitor.force_login(person)
    assert visitor.get(where).headers.get("location", "").startswith("/reporting/sign-in") is False


def admin_paths() -> list[str]:
    return [route.path for route in routes() if route.path.startswith("/admin/")]


def test_administration_is_for_staff_alone(visitor: "Client", person: "object") -> None:
    paths = [
        path for path in admin_paths() if "{" not in path and "<" not in path and "(" not in path
    ]
    assert len(paths) > 5
    for path in paths:
        assert visitor.get(path).status_code in {302, 403, 404}, path
    visitor.force_login(person)
    for path in paths:
        assert visitor.get(path).status_code in {302, 403, 404}, path
        assert visitor.get(path, follow=True).status_code in {403, 404, 405}, path
    person.is_staff = True
    person.save()
    for path in ("/admin/", "/admin/accounts/apikey/", "/admin/accounts/auditentry/"):
        assert visitor.get(path).status_code == 200, path


def test_a_key_opens_no_page(gateway_url: str, people: People) -> None:
    headers = {"Authorization": f"Bearer {people.keys[ADMIN]}"}
    for path in ("/reporting/", "/admin/"):
        assert httpx.get(gateway_url + path, headers=headers).status_code == 302


@pytest.mark.parametrize("method", METHODS)
def test_a_method_a_route_does_not_have_is_refused_after_asking_who_it_is(
    gateway_url: str, people: People, method: str
) -> None:
    if ("/api/schema", method) == ("/api/schema", "get"):
        return
    where = f"{gateway_url}/api/schema"
    assert httpx.request(method, where).status_code == 401
    headers = {"Authorization": f"Bearer {people.keys[ADMIN]}"}
    assert httpx.request(method, where, headers=headers).status_code == 405
