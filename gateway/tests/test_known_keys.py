"""A key that was looked up a moment ago is known; one that ends is not known any longer than it may be."""

import time
from collections.abc import Callable

import httpx
import pytest

KeyMaker = Callable[..., str]


def status(gateway_url: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.get(f"{gateway_url}/account/keys", headers=headers, timeout=30).status_code


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_is_looked_up_once_in_a_moment(django_ready: None) -> None:
    from barline_gateway.accounts.known_keys import TRUSTED_S, KnownKeys
    from barline_gateway.accounts.models import ApiKey

    clock, key, looked_up = Clock(), ApiKey(), []
    known = KnownKeys(clock)

    def look_up(digest: str) -> ApiKey:
        looked_up.append(clock.now)
        return key

    for _ in range(3):
        assert known.get("digest", look_up) is key
    clock.now += TRUSTED_S
    assert known.get("digest", look_up) is key
    assert looked_up == [0.0, TRUSTED_S]


def test_a_guess_is_not_remembered(django_ready: None) -> None:
    from barline_gateway.accounts.known_keys import KnownKeys

    known, asked = KnownKeys(), []
    for _ in range(2):
        assert known.get("guess", asked.append) is None
    assert asked == ["guess", "guess"]


def test_a_key_that_ends_while_it_is_looked_up_is_not_remembered(django_ready: None) -> None:
    from barline_gateway.accounts.known_keys import KnownKeys
    from barline_gateway.accounts.models import ApiKey

    known = KnownKeys()

    def overtaken(digest: str) -> ApiKey:
        known.forget()
        return ApiKey()

    known.get("digest", overtaken)
    assert known.get("digest", lambda _: None) is None


def test_a_key_of_an_account_that_is_closed_stops_at_once(
    gateway_url: str, make_key: KeyMaker
) -> None:
    from django.contrib.auth.models import User

    key = make_key("read")
    assert status(gateway_url, key) == 200
    owner = User.objects.get(username="ada")
    owner.is_active = False
    owner.save()
    assert status(gateway_url, key) == 401


@pytest.mark.parametrize("ending", ["revoked_at", "expires_at"])
def test_what_another_process_ends_is_noticed_within_a_moment(
    gateway_url: str, make_key: KeyMaker, ending: str
) -> None:
    """An update in SQL reaches nobody in this process, as if another had made it."""
    from django.utils import timezone

    from barline_gateway.accounts.known_keys import TRUSTED_S
    from barline_gateway.accounts.models import ApiKey

    key = make_key("read")
    assert status(gateway_url, key) == 200
    ApiKey.objects.update(**{ending: timezone.now()})
    time.sleep(TRUSTED_S)
    assert status(gateway_url, key) == 401
