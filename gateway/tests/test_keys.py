"""One's own API keys over REST: made, listed, rotated, revoked, and never more than one may."""

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from django.test import Client

KeyMaker = Callable[..., str]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def admin(gateway_url: str, make_key: KeyMaker) -> httpx.Client:
    with httpx.Client(
        base_url=gateway_url, headers=bearer(make_key("admin")), timeout=30
    ) as opened:
        yield opened


def works(gateway_url: str, key: str) -> bool:
    return httpx.get(f"{gateway_url}/account/keys", headers=bearer(key)).status_code == 200


def test_a_new_key_is_shown_once_and_works(admin: httpx.Client, gateway_url: str) -> None:
    made = admin.post("/account/keys", json={"name": "notebook", "expires_in_days": 7})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key = made.json()
    assert key["scope"] == "read"
    assert works(gateway_url, key["key"])
    shown = admin.get(made.headers["location"]).json()
    assert "key" not in shown
    assert dt.datetime.fromisoformat(shown["expires_at"]) > dt.datetime.now(dt.UTC)


def test_a_person_makes_no_key_that_may_more_than_they_may(browser: "Client") -> None:
    body = {"name": "x", "scope": "admin"}
    answer = browser.post("/account/keys", body, content_type="application/json")
    assert answer.status_code == 403
    assert (
        browser.post("/account/keys", {"name": "x"}, content_type="application/json").status_code
        == 201
    )


def test_a_stolen_key_cannot_make_itself_a_successor(client: httpx.Client) -> None:
    assert client.post("/account/keys", json={"name": "mine"}).status_code == 403
    listed = client.get("/account/keys").json()
    assert listed["count"] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "x", "scope": "root"}, "/scope"),
        ({"name": "x", "expires_in_days": 0}, "/expires_in_days"),
        ({"name": "x", "expires": 3}, "/expires"),
    ],
)
def test_a_wrong_body_makes_nothing(
    admin: httpx.Client, body: dict[str, object], pointer: str
) -> None:
    answer = admin.post("/account/keys", json=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert admin.get("/account/keys").json()["count"] == 1


def test_a_rotated_key_works_until_its_grace_is_over(gateway_url: str, make_key: KeyMaker) -> None:
    from barline_gateway.accounts.models import ApiKey

    old = make_key("read")
    headers = bearer(old)
    made = httpx.post(
        f"{gateway_url}/account/keys/current/rotate", headers=headers, json={"grace_hours": 1}
    )
    new = made.json()["key"]
    assert works(gateway_url, old)
    assert works(gateway_url, new)
    gone = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    replaced = ApiKey.objects.get(expires_at__isnull=False)
    replaced.expires_at = gone
    replaced.save()
    assert not works(gateway_url, old)
    assert works(gateway_url, new)


def test_a_key_that_got_out_is_rotated_without_a_grace(
    gateway_url: str, make_key: KeyMaker
) -> None:
    old = make_key("read")
    where = f"{gateway_url}/account/keys/current/rotate"
    new = httpx.post(where, headers=bearer(old), json={"grace_hours": 0}).json()["key"]
    assert not works(gateway_url, old)
    assert works(gateway_url, new)
    assert httpx.post(where, headers=bearer(old)).status_code == 401


def test_rotating_does_not_lengthen_a_life(gateway_url: str, make_key: KeyMaker) -> None:
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    old = make_key("read", expires_at=ends)
    made = httpx.post(f"{gateway_url}/account/keys/current/rotate", headers=bearer(old)).json()
    assert dt.datetime.fromisoformat(made["expires_at"]) == ends


def test_a_key_may_end_itself_but_no_other(gateway_url: str, make_key: KeyMaker) -> None:
    from barline_gateway.accounts.models import ApiKey

    key, other = make_key("read"), make_key("read")
    other_id = ApiKey.objects.order_by("-pk").values_list("pk", flat=True)[0]
    where = f"{gateway_url}/account/keys"
    assert httpx.delete(f"{where}/{other_id}", headers=bearer(key)).status_code == 403
    assert httpx.delete(f"{where}/current", headers=bearer(key)).status_code == 204
    assert not works(gateway_url, key)
    assert works(gateway_url, other)


def test_one_sees_and_touches_ones_own_keys_only(
    admin: httpx.Client, make_key: KeyMaker, gateway_url: str
) -> None:
    from barline_gateway.accounts.models import ApiKey

    theirs = make_key("read", user="bob")
    their_id = ApiKey.objects.get(user__username="bob").pk
    assert admin.get("/account/keys").json()["count"] == 1
    for answer in (
        admin.get(f"/account/keys/{their_id}"),
        admin.delete(f"/account/keys/{their_id}"),
        admin.post(f"/account/keys/{their_id}/rotate"),
    ):
        assert answer.status_code == 404
    assert works(gateway_url, theirs)


def test_the_list_is_filtered_and_sorted(admin: httpx.Client) -> None:
    for name in ("b", "a"):
        admin.post("/account/keys", json={"name": name})
    first = admin.get("/account/keys", params={"ordering": "name"}).json()["results"]
    assert [key["name"] for key in first] == ["a", "b", "test"]
    admin.delete(f"/account/keys/{first[0]['id']}")
    assert admin.get("/account/keys", params={"active": "true"}).json()["count"] == 2
    assert admin.get("/account/keys", params={"active": "false"}).json()["count"] == 1
    assert admin.get("/account/keys", params={"ordering": "digest"}).status_code == 400


def test_a_repeated_post_does_not_make_a_second_key_nor_show_the_first_again(
    admin: httpx.Client,
) -> None:
    from barline_gateway.accounts.models import KeptAnswer

    headers = {"Idempotency-Key": "key-1"}
    made = admin.post("/account/keys", json={"name": "x"}, headers=headers)
    again = admin.post("/account/keys", json={"name": "x"}, headers=headers)
    assert again.status_code == 409
    assert again.json()["type"].endswith("/shown-once")
    assert again.headers["location"] == made.headers["location"]
    assert admin.get("/account/keys").json()["count"] == 2
    assert bytes(KeptAnswer.objects.get().body) == b""


def test_nobody_has_more_than_a_hundred_valid_keys(admin: httpx.Client) -> None:
    from barline_gateway.accounts import keys

    usual = keys.MOST_KEYS
    keys.MOST_KEYS = 2
    try:
        assert admin.post("/account/keys", json={"name": "x"}).status_code == 201
        assert admin.post("/account/keys", json={"name": "y"}).status_code == 409
    finally:
        keys.MOST_KEYS = usual
