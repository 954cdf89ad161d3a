"""The gateway in front of services that are slow or send much: one of them never takes the others down."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from barline_core.testing import serving

from .gateway_process import gateway_process, service_app, worker_of

KeyMaker = Callable[..., str]

MEGABYTE = bytes(range(256)) * 4096
BODY_MB = 120
GROWTH_ALLOWED_MB = 40

released = threading.Event()
slow = APIRouter()
large = APIRouter()


@slow.get("/back_test")
def wait_for_the_test() -> dict[str, str]:
    released.wait(60)
    return {"late": "but there"}


@large.get("/ai_prediction/model")
def send_much() -> StreamingResponse:
    headers = {"Content-Length": str(BODY_MB * len(MEGABYTE)), "ETag": '"all"'}
    return StreamingResponse(
        repeat(MEGABYTE, BODY_MB), media_type="application/x-barline", headers=headers
    )


@large.get("/ai_prediction")
def send_little() -> dict[str, int]:
    return {"answer": 42}


@pytest.fixture
def headers(make_key: KeyMaker) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_key('read')}"}


@pytest.fixture
def services(django_ready: None) -> Iterator[dict[str, str]]:
    released.clear()
    with (
        serving(service_app("backtest", slow)) as slow_url,
        serving(service_app("prediction", large)) as large_url,
    ):
        yield {"backtest": slow_url, "prediction": large_url}


def resident_mb(process_id: int) -> float:
    pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def test_a_slow_service_costs_its_own_callers_only(
    tmp_path: Path, services: dict[str, str], headers: dict[str, str]
) -> None:
    limits = {"SERVICE_CALLS_AT_ONCE": "8", "SERVICE_CALLS_WAITING": "2", "THROTTLE_RATE": "9999/s"}
    with gateway_process(tmp_path, services, **limits) as (url, _):

        def ask(path: str) -> tuple[int, float, httpx.Headers]:
            started = time.monotonic()
            answer = httpx.get(url + path, headers=headers, timeout=60)
            return answer.status_code, time.monotonic() - started, answer.headers

        with ThreadPoolExecutor(40) as pool:
            waiting = [pool.submit(ask, "/back_test") for _ in range(40)]
            time.sleep(1.0)
            others = [ask("/ai_prediction") for _ in range(20)]
            assert {status for status, _, _ in others} == {200}
            assert sorted(took for _, took, _ in others)[10] < 0.5
            refused = [future.result() for future in waiting if future.done()]
            assert len(refused) == 32
            assert {status for status, _, _ in refused} == {503}
            assert all(int(answer["Retry-After"]) > 0 for _, _, answer in refused)
            released.set()
            assert [future.result()[0] for future in waiting].count(200) == 8
            assert ask("/back_test")[0] == 200


def test_a_large_answer_goes_through_the_gateway_without_filling_its_memory(
    tmp_path: Path, services: dict[str, str], headers: dict[str, str]
) -> None:
    with gateway_process(tmp_path, services) as (url, process):
        httpx.get(f"{url}/ai_prediction", headers=headers)
        worker = worker_of(process)
        before, most = resident_mb(worker), 0.0
        digest, length = hashlib.sha256(), 0
        with httpx.stream("GET", f"{url}/ai_prediction/model", headers=headers, timeout=60) as body:
            assert body.status_code == 200
            assert body.headers["Content-Length"] == str(BODY_MB * len(MEGABYTE))
            assert body.headers["ETag"] == '"all"'
            for piece in body.iter_raw():
                digest.update(piece)
                length += len(piece)
                most = max(most, resident_mb(worker))
        expected = hashlib.sha256()
        for _ in range(BODY_MB):
            expected.update(MEGABYTE)
        assert (length, digest.digest()) == (BODY_MB * len(MEGABYTE), expected.digest())
        assert most - before < GROWTH_ALLOWED_MB


def test_a_client_that_does_not_read_fills_no_memory_and_one_that_leaves_frees_its_place(
    tmp_path: Path, services: dict[str, str], headers: dict[str, str]
) -> None:
    limits = {"SERVICE_CALLS_AT_ONCE": "1", "SERVICE_CALLS_WAITING": "0"}
    with gateway_process(tmp_path, services, **limits) as (url, process):
        httpx.get(f"{url}/ai_prediction", headers=headers)
        worker = worker_of(process)
        before = resident_mb(worker)
        with httpx.stream("GET", f"{url}/ai_prediction/model", headers=headers, timeout=60) as body:
            assert body.status_code == 200
            time.sleep(2.0)  # the client has the head, and reads nothing
            assert resident_mb(worker) - before < GROWTH_ALLOWED_MB
            assert httpx.get(f"{url}/ai_prediction", headers=headers).status_code == 503
        deadline = time.monotonic() + 20
        while httpx.get(f"{url}/ai_prediction", headers=headers).status_code != 200:
            assert time.monotonic() < deadline, "the place of the client that left is still taken"
            time.sleep(0.2)


def test_what_is_under_way_is_answered_when_the_gateway_is_told_to_stop(
    tmp_path: Path, services: dict[str, str], headers: dict[str, str]
) -> None:
    with gateway_process(tmp_path, services) as (url, process), ThreadPoolExecutor(4) as pool:
        waiting = [
            pool.submit(httpx.get, f"{url}/back_test", headers=headers, timeout=60)
            for _ in range(4)
        ]
        time.sleep(1.0)
        process.terminate()
        time.sleep(1.0)
        assert process.poll() is None, "it did not wait"
        released.set()
        assert [future.result().json() for future in waiting] == [{"late": "but there"}] * 4
        assert process.wait(30) == 0
