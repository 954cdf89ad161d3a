"""A POST sent twice is done once."""

import datetime as dt
import threading
from collections.abc import Callable

import httpx
import pytest

KeyMaker = Callable[..., str]
KEY = {"Idempotency-Key": "a-key-of-mine"}
REMOVE = "/financial_data/remove"


@pytest.fixture
def symbol(clean_database: None) -> str:
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="OWN", active=True)
    return "OWN"


def kept() -> int:
    from barline_gateway.accounts.models import KeptAnswer

    return KeptAnswer.objects.count()


def test_the_same_request_gets_the_same_answer_and_does_nothing(
    client: httpx.Client, symbol: str
) -> None:
    from barline_gateway.registry.models import Symbol

    first = client.post(REMOVE, json={"symbol": symbol, "purge": False}, headers=KEY)
    Symbol.objects.update(active=True)
    again = client.post(REMOVE, json={"purge": False, "symbol": symbol}, headers=KEY)
    assert again.status_code == first.status_code == 200
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert Symbol.objects.get().active  # the second one did not remove it


@pytest.mark.parametrize("body", [{"symbol": "OWN", "purge": True}, {"symbol": "IBM"}])
def test_the_key_with_another_request_is_refused(
    client: httpx.Client, symbol: str, body: dict[str, object]
) -> None:
    client.post(REMOVE, json={"symbol": symbol, "purge": False}, headers=KEY)
    answer = client.post(REMOVE, json=body, headers=KEY)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/idempotency-key-reused")


def test_a_refusal_is_not_kept(client: httpx.Client, symbol: str) -> None:
    assert client.post(REMOVE, json={"symbol": "ZZZ"}, headers=KEY).status_code == 404
    assert client.post(REMOVE, json={"symbol": "OWN"}, headers=KEY).status_code == 200


def test_a_failure_is_not_kept(client: httpx.Client, symbol: str) -> None:
    path = "/financial_data/refresh"
    assert client.post(path, json={}, headers=KEY).status_code == 503  # no service is up
    assert kept() == 0


def test_keys_of_two_users_do_not_meet(
    client: httpx.Client, gateway_url: str, make_key: KeyMaker, symbol: str
) -> None:
    client.post(REMOVE, json={"symbol": symbol}, headers=KEY)
    other = {"Authorization": f"Bearer {make_key('write', user='bob')}", **KEY}
    answer = httpx.post(gateway_url + REMOVE, json={"symbol": "ZZZ"}, headers=other)
    assert answer.status_code == 404


def test_a_duplicate_of_what_is_being_worked_on_is_told_to_wait(
    client: httpx.Client, symbol: str
) -> None:
    from barline_gateway.accounts.models import KeptAnswer

    client.post(REMOVE, json={"symbol": symbol}, headers=KEY)
    KeptAnswer.objects.update(status=None)
    answer = client.post(REMOVE, json={"symbol": symbol}, headers=KEY)
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/still-working")
    assert answer.headers["retry-after"] == "1"
    died = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=6)
    KeptAnswer.objects.update(begun_at=died)  # its process never finished
    assert client.post(REMOVE, json={"symbol": symbol}, headers=KEY).status_code == 200


def test_of_many_at_once_one_does_the_work(django_ready: None, make_key: KeyMaker) -> None:
    """The database decides, so that replicas agree."""
    from django.contrib.auth.models import User
    from django.db import connection
    from rest_framework.request import Request
    from rest_framework.test import APIRequestFactory

    from barline_gateway.idempotency import StillWorking, begin
    from barline_gateway.parsers import StrictJSONParser

    make_key()
    user = User.objects.get()
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def run() -> None:
        made = APIRequestFactory().post(REMOVE, {"symbol": "OWN"}, format="json")
        request = Request(made, parsers=[StrictJSONParser()])
        request.user = user
        ready.wait()
        try:
            begin(request, "race")
            outcomes.append("first")
        except StillWorking:
            outcomes.append("told to wait")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["first", *["told to wait"] * 7]


def test_after_a_day_the_key_is_free(client: httpx.Client, symbol: str) -> None:
    from barline_gateway.accounts.models import KeptAnswer

    client.post(REMOVE, json={"symbol": symbol}, headers=KEY)
    KeptAnswer.objects.update(expires_at=dt.datetime.now(dt.UTC))
    assert client.post(REMOVE, json={"symbol": "ZZZ"}, headers=KEY).status_code == 404


def test_an_upload_is_told_apart_by_its_content(client: httpx.Client) -> None:
    files = {"file": ("bars.csv", b"date,close\n", "text/csv")}
    answer = client.post("/financial_data/import", data={"symbol": "OWN"}, files=files, headers=KEY)
    assert (
        answer.status_code == 503
    )  # reached the service: the file was read once, and again from its start


@pytest.mark.parametrize("key", ["", "x" * 251, "two words"])
def test_a_key_that_is_none_is_a_400(client: httpx.Client, key: str) -> None:
    answer = client.post(REMOVE, json={"symbol": "OWN"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "Idempotency-Key"
