"""How often one may call, and that replicas count together when they are told where."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import pytest

from barline_core.embedded import free_port

KeyMaker = Callable[..., str]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def three_a_minute(django_ready: None) -> Iterator[None]:
    from django.conf import settings
    from django.test import override_settings

    slow = settings.ENVIRONMENT.model_copy(update={"throttle_rate": "3/min"})
    with override_settings(ENVIRONMENT=slow):
        yield


def test_a_caller_over_the_rate_is_told_when_to_come_back(
    gateway_url: str, make_key: KeyMaker, three_a_minute: None
) -> None:
    key, other = make_key("read"), make_key("read", user="bob")
    url = f"{gateway_url}/financial_data/data"
    answers = [httpx.get(url, headers=bearer(key)) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit"].split(";")[1] for answer in answers] == [
        "r=2",
        "r=1",
        "r=0",
        "r=0",
    ]
    assert answers[0].headers["ratelimit-policy"] == '"default";q=3;w=60'
    refused = answers[3]
    assert refused.json()["type"].endswith("/too-many-requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert httpx.get(url, headers=bearer(other)).status_code == 200


def test_strangers_are_counted_by_address(gateway_url: str, clean_database: None) -> None:
    """Refused before it is counted: a wrong key costs one query and no more."""
    answer = httpx.get(f"{gateway_url}/financial_data/data")
    assert answer.status_code == 401


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    """A real Redis, with nothing kept on disk."""
    port = free_port()
    server = subprocess.Popen(
        [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while True:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert server.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
def test_two_replicas_share_one_count(django_ready: None, redis_url: str, scheme: str) -> None:
    from barline_gateway.accounts.counting import Counter

    url = redis_url.replace("redis", scheme, 1)
    one, other = Counter(url), Counter(url)
    caller = f"key:{scheme}"
    allowed = [
        counter.hit("5/min", caller).allowed for counter in (one, other, one, other, one, other)
    ]
    assert allowed == [True] * 5 + [False]
    assert not one.hit("5/min", caller).allowed
    assert one.hit("5/min", "key:another").allowed


def test_counts_of_processes_without_a_store_are_their_own(django_ready: None) -> None:
    from barline_gateway.accounts.counting import Counter

    one, other = Counter(None), Counter(None)
    assert [one.hit("1/min", "key:1").allowed for _ in range(2)] == [True, False]
    assert other.hit("1/min", "key:1").allowed


def test_a_store_that_is_away_lets_each_process_count_for_itself(django_ready: None) -> None:
    from barline_gateway.accounts.counting import Counter

    counter = Counter(f"redis://127.0.0.1:{free_port()}/0")
    started = time.monotonic()
    assert [counter.hit("2/min", "key:1").allowed for _ in range(3)] == [True, True, False]
    assert time.monotonic() - started < 2.0  # and does not hold anybody up


def test_many_at_once_are_counted_to_the_last(django_ready: None, redis_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from barline_gateway.accounts.counting import Counter

    counters = [Counter(redis_url) for _ in range(2)]
    with ThreadPoolExecutor(16) as pool:
        allowed = list(
            pool.map(lambda n: counters[n % 2].hit("100/hour", "key:busy").allowed, range(300))
        )
    assert sum(allowed) == 100
