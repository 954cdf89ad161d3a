"""Guessed passwords, planted sessions, old sessions, and what a sign-in gives away."""

import statistics
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

PASSWORD = "a sentence nobody guesses"
FORM = {"username": "ada", "password": PASSWORD}
SIGN_IN = "/reporting/sign-in"


@pytest.fixture
def member(person: "User") -> "User":
    person.set_password(PASSWORD)
    person.save()
    return person


@pytest.fixture
def quick_hash() -> object:
    """The usual hash takes a third of a second on purpose, which these tests need not wait for."""
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers) as changed:
        yield changed


def guess(visitor: "Client", times: int, *, username: str = "ada", **extra: str) -> list[int]:
    form = {"username": username, "password": "wrong"}
    return [visitor.post(SIGN_IN, form, **extra).status_code for _ in range(times)]


def test_the_fifth_wrong_password_locks_the_name_for_this_address(
    quick_hash: object, visitor: "Client", member: "User"
) -> None:
    assert guess(visitor, 5) == [200, 200, 200, 200, 429]
    answer = visitor.post(SIGN_IN, FORM)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "try again in 15 minutes" in answer.content.decode()
    assert "_auth_user_id" not in visitor.session


def test_nobody_can_lock_somebody_else_out(
    quick_hash: object, visitor: "Client", member: "User"
) -> None:
    guess(visitor, 6, REMOTE_ADDR="192.0.2.7")
    assert visitor.post(SIGN_IN, FORM, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_an_invented_forwarded_address_is_not_believed(
    quick_hash: object, visitor: "Client", member: "User"
) -> None:
    codes = [
        guess(visitor, 1, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")[0] for number in range(6)
    ]
    assert codes[-1] == 429


def test_behind_a_proxy_the_address_it_saw_counts(
    quick_hash: object, visitor: "Client", member: "User"
) -> None:
    from django.conf import settings
    from django.test import override_settings

    behind_one = settings.ENVIRONMENT.model_copy(update={"proxy_count": 1})
    with override_settings(ENVIRONMENT=behind_one):
        assert guess(visitor, 1, HTTP_X_FORWARDED_FOR="nonsense") == [200]
        lie = "10.0.0.1, 203.0.113.9"
        guess(visitor, 6, HTTP_X_FORWARDED_FOR=lie)
        other = visitor.post(SIGN_IN, FORM, HTTP_X_FORWARDED_FOR="203.0.113.9, 203.0.113.10")
        assert other.status_code == 302


def test_one_address_may_not_try_many_names(
    quick_hash: object, visitor: "Client", clean_database: None
) -> None:
    codes = [guess(visitor, 1, username=f"name{number}")[0] for number in range(41)]
    assert codes[:20] == [200] * 20
    assert 429 in codes[20:]  # a new minute may begin on the way, but not two


def test_an_unknown_name_is_refused_in_the_same_words_and_as_slowly(
    visitor: "Client", member: "User"
) -> None:
    """The hash is computed for an unknown name too; without it the answer would come 100 times faster."""

    def answer(username: str) -> tuple[str, float]:
        started = time.perf_counter()
        page = visitor.post(SIGN_IN, {"username": username, "password": "wrong"}).content.decode()
        error = page.partition('role="alert"')[2].partition("</div>")[0]
        return error, time.perf_counter() - started

    known = [answer("ada") for _ in range(4)]
    unknown = [answer(f"nobody{number}") for number in range(4)]
    assert {words for words, _ in known} == {words for words, _ in unknown}
    ratio = statistics.median(s for _, s in known) / statistics.median(s for _, s in unknown)
    assert 0.33 < ratio < 3.0


def test_a_session_planted_beforehand_is_worth_nothing(
    quick_hash: object, visitor: "Client", member: "User"
) -> None:
    visitor.get(SIGN_IN)
    planted = visitor.session
    planted["mark"] = "of the attacker"
    planted.save()
    visitor.cookies["barline_session"] = planted.session_key
    visitor.post(SIGN_IN, FORM)
    assert visitor.cookies["barline_session"].value != planted.session_key


@pytest.mark.parametrize(
    ("idle_h", "age_h", "still_in"), [(11, 24, True), (13, 14, False), (1, 169, False)]
)
def test_a_session_ends_after_silence_and_after_a_week(
    browser: "Client", idle_h: int, age_h: int, still_in: bool
) -> None:
    session = browser.session
    now = time.time()
    session["signed_in_at"], session["seen_at"] = now - age_h * 3600, now - idle_h * 3600
    session.save()
    assert (browser.get("/reporting/account").status_code == 200) is still_in


def test_over_tls_cookies_are_of_this_host_alone(django_ready: None) -> None:
    import os
    import subprocess
    import sys

    script = (
        "from barline_gateway import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "HTTPS_ONLY": "true"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["__Host-barline_session", "__Host-barline_csrf", "True", "True"]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("short", "at least 12 characters"),
        ("123456789012345", "entirely numeric"),
        ("password1234", "too common"),
    ],
)
def test_a_new_password_must_be_a_good_one(
    quick_hash: object, browser: "Client", member: "User", new: str, words: str
) -> None:
    browser.force_login(member)
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = browser.post("/reporting/account/password", form)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_new_password_ends_the_other_sessions(
    quick_hash: object, browser: "Client", member: "User"
) -> None:
    from django.test import Client

    browser.force_login(member)
    elsewhere = Client(headers={"host": "localhost"})
    elsewhere.force_login(member)
    new = "another sentence altogether"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = browser.post("/reporting/account/password", form)
    assert answer.headers["location"] == "/reporting/account"
    assert browser.get("/reporting/account").status_code == 200
    assert elsewhere.get("/reporting/account").status_code == 302


def test_the_old_password_is_asked_for_and_cannot_be_guessed_at(
    quick_hash: object, browser: "Client", member: "User"
) -> None:
    browser.force_login(member)
    form = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
    codes = [browser.post("/reporting/account/password", form).status_code for _ in range(21)]
    assert codes[:20] == [200] * 20
    assert codes[20] == 429


@pytest.mark.parametrize("name", ["a\0b", "x" * 10_000, "\udcff", "' OR 1=1 --"])
def test_a_strange_name_is_no_failure(visitor: "Client", clean_database: None, name: str) -> None:
    form = {"username": name.encode(errors="replace").decode(), "password": "wrong"}
    answer = visitor.post(f"{SIGN_IN}?next=%00", form)
    assert answer.status_code == 200
