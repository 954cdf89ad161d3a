"""What is asked again costs little, is packed when it is large, and is kept by nobody else."""

from collections.abc import Callable

import httpx
import pytest

KeyMaker = Callable[..., str]
LIST = "/financial_data/data"


@pytest.fixture
def symbol(clean_database: None) -> None:
    from django.db import connection

    from barline_gateway.registry.models import Symbol

    one = Symbol.objects.create(ticker="IBM", name="International Business Machines")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO symbol_status (symbol_id, state, sessions, missing_sessions, actions_known, findings,"
            " data_version) VALUES (%s, 'ready', 10, 0, true, '[]', 'v1')",
            (one.pk,),
        )


def change(column: str, value: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE symbol_status SET {column} = %s", (value,))  # noqa: S608 - a column of the tests


def tag(client: httpx.Client, path: str) -> str:
    etag: str = client.get(path).headers["etag"]
    return etag


def again(client: httpx.Client, path: str, etag: str) -> httpx.Response:
    return client.get(path, headers={"If-None-Match": etag})


def test_an_unchanged_list_is_a_304_without_a_body(client: httpx.Client, symbol: None) -> None:
    answer = again(client, LIST, tag(client, LIST))
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"]
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(("column", "value"), [("data_version", "v2"), ("state", "failed")])
def test_a_list_that_changed_is_answered_anew(
    client: httpx.Client, symbol: None, column: str, value: str
) -> None:
    etag = tag(client, LIST)
    change(column, value)
    assert again(client, LIST, etag).status_code == 200


def test_a_new_or_a_renamed_symbol_changes_the_list(client: httpx.Client, symbol: None) -> None:
    from barline_gateway.registry.models import Symbol

    etag = tag(client, LIST)
    other = Symbol.objects.create(ticker="ZZZ")
    assert again(client, LIST, etag).status_code == 200
    etag = tag(client, LIST)
    Symbol.objects.filter(pk=other.pk).update(name="Z")
    assert again(client, LIST, etag).status_code == 200


def test_another_page_of_it_has_another_tag(client: httpx.Client, symbol: None) -> None:
    assert tag(client, LIST) != tag(client, f"{LIST}?page_size=1")
    assert again(client, f"{LIST}?page_size=1", tag(client, LIST)).status_code == 200


def test_unchanged_bars_are_answered_for_without_the_service(
    client: httpx.Client, symbol: None
) -> None:
    """No service is up: only what asks it is a 503."""
    from django.test import RequestFactory
    from rest_framework.request import Request

    from barline_gateway.caching import unless_unchanged
    from barline_gateway.registry.selectors import bars_facts

    path = f"{LIST}?symbol=IBM&start=2013-01-01"
    request = Request(RequestFactory().get(path))
    from django.http import HttpResponse

    etag = unless_unchanged(request, bars_facts("IBM"), HttpResponse).headers["ETag"]
    assert again(client, path, etag).status_code == 304
    assert again(client, f"{path}&format=csv", etag).status_code == 503
    change("data_version", "v2")
    assert again(client, path, etag).status_code == 503


def test_a_304_is_for_those_who_may_read(
    client: httpx.Client, gateway_url: str, symbol: None
) -> None:
    headers = {"If-None-Match": tag(client, LIST)}
    assert httpx.get(gateway_url + LIST, headers=headers).status_code == 401


def test_a_run_is_answered_for_to_its_owner_alone(
    client: httpx.Client, gateway_url: str, make_key: KeyMaker
) -> None:
    from django.contrib.auth.models import User
    from django.db import connection

    make_key("read", user="bob")
    ada = User.objects.get(username="ada")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO market.backtest_run (id, owner_id, symbol, digest, engine_version, data_version, parameters,"
            " metrics, result) VALUES ('run-1', %s, 'IBM', 'd', '1', 'v', '{}', '{}', '')",
            (ada.pk,),
        )
    try:
        from barline_gateway.analysis.selectors import run_facts, runs_facts

        assert run_facts(ada.pk, "run-1") == {"run": "run-1", "digest": "d"}
        bob = User.objects.get(username="bob")
        assert run_facts(bob.pk, "run-1") is None
        assert runs_facts(bob.pk)["count"] == 0
        assert runs_facts(ada.pk)["count"] == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM market.backtest_run")


@pytest.mark.parametrize("packing", ["br", "gzip"])
def test_a_large_answer_is_packed_as_the_caller_can(client: httpx.Client, packing: str) -> None:
    plain = client.get("/api/schema", headers={"Accept-Encoding": "identity"})
    packed = client.get("/api/schema", headers={"Accept-Encoding": packing})
    assert packed.headers["content-encoding"] == packing
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < len(plain.content) / 5
    assert packed.headers["etag"].startswith("W/")
    assert again(client, "/api/schema", packed.headers["etag"]).status_code == 304


def test_what_holds_a_secret_is_neither_packed_nor_kept(
    gateway_url: str, make_key: KeyMaker
) -> None:
    headers = {"Authorization": f"Bearer {make_key('admin')}", "Accept-Encoding": "br, gzip"}
    answer = httpx.post(f"{gateway_url}/account/keys", json={"name": "x" * 100}, headers=headers)
    assert answer.headers["cache-control"] == "no-store"
    assert "content-encoding" not in answer.headers


def test_errors_are_not_kept(client: httpx.Client) -> None:
    assert client.get("/nowhere").headers["cache-control"] == "no-store"


def test_pages_are_never_in_brotli(client: httpx.Client, gateway_url: str) -> None:
    answer = httpx.get(f"{gateway_url}/reporting/sign-in", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers.get("content-encoding") in {"gzip", None}


def test_other_sites_may_not_read_answers(client: httpx.Client) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    answer = client.get(LIST, headers=headers)
    assert not [name for name in answer.headers if name.startswith("access-control")]
    asked = {**headers, "Access-Control-Request-Method": "GET"}
    assert client.options(LIST, headers=asked).headers.get("access-control-allow-origin") is None


def test_a_named_site_may_with_a_key_and_never_with_cookies(django_ready: None) -> None:
    import os
    import subprocess
    import sys

    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "ask = {'origin': 'https://app.example', 'access-control-request-method': 'GET', 'host': 'localhost',\n"
        "       'access-control-request-headers': 'authorization'}\n"
        "for origin in ('https://app.example', 'https://evil.example'):\n"
        "    answer = Client().options('/financial_data/data', headers={**ask, 'origin': origin})\n"
        "    print(answer.get('access-control-allow-origin'), answer.get('access-control-allow-credentials'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "CORS_ORIGINS": "https://app.example", "LOG_LEVEL": "error"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["https://app.example None", "None None"]
