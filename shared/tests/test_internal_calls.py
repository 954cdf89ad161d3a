"""What a service makes of the calls it gets: whose they are, what they may do, and how long they may take."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Query, Request
from sqlalchemy import text

from barline_core.db import SessionDep
from barline_core.service import CallerDep, create_app
from barline_core.settings import ServiceSettings
from barline_core.testing import serving
from barline_core.tokens import Action, load_signer

router = APIRouter()


@router.get("/who")
def who(caller: CallerDep) -> str:
    return caller.service


@router.post("/orders")
def order(body: dict[str, int], caller: CallerDep) -> int:
    return sum(body.values())


@router.post("/uploads")
async def upload(request: Request) -> int:
    return sum([len(piece) async for piece in request.stream()])


@router.get("/slow-sql")
def slow_sql(seconds: Annotated[float, Query()], session: SessionDep) -> float:
    session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return seconds


@pytest.fixture(scope="module")
def url(database_url: str, internal_keys_dir: Path) -> Iterator[str]:
    settings = ServiceSettings(database_url=database_url, internal_keys_dir=internal_keys_dir)
    app = create_app(
        service="example", callers=("gateway", "reports"), settings=settings, routers=[router]
    )
    with serving(app) as base_url:
        yield base_url


def bearer(keys: Path, caller: str, action: Action | None = None) -> dict[str, str]:
    signer = load_signer(keys / f"{caller}.key")
    token = signer.sign(audience="example", user_id=1, scope="write", action=action)
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("caller", "status"), [("gateway", 200), ("reports", 200), ("backtest", 401)]
)
def test_only_callers_on_the_list_are_answered(
    url: str, internal_keys_dir: Path, caller: str, status: int
) -> None:
    answer = httpx.get(f"{url}/who", headers=bearer(internal_keys_dir, caller))
    assert answer.status_code == status


def test_a_write_is_done_once_however_often_its_token_is_sent(
    url: str, internal_keys_dir: Path
) -> None:
    body = b'{"a":1,"b":2}'
    headers = bearer(internal_keys_dir, "gateway", Action("POST", b"/orders", body))
    headers["Content-Type"] = "application/json"
    answers = [httpx.post(f"{url}/orders", content=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 401]


@pytest.mark.parametrize(
    ("target", "body"),
    [("/orders", b'{"a":999}'), ("/orders?force=1", b'{"a":1}'), ("/uploads", b'{"a":1}')],
)
def test_a_write_that_is_not_the_one_that_was_signed_is_refused(
    url: str, internal_keys_dir: Path, target: str, body: bytes
) -> None:
    headers = bearer(internal_keys_dir, "gateway", Action("POST", b"/orders", b'{"a":1}'))
    headers["Content-Type"] = "application/json"
    assert httpx.post(url + target, content=body, headers=headers).status_code == 401


def test_a_token_to_read_does_not_write(url: str, internal_keys_dir: Path) -> None:
    answer = httpx.post(f"{url}/orders", json={}, headers=bearer(internal_keys_dir, "gateway"))
    assert answer.status_code == 401


def test_an_upload_in_pieces_is_bound_to_its_address_only(
    url: str, internal_keys_dir: Path
) -> None:
    headers = bearer(internal_keys_dir, "gateway", Action("POST", b"/uploads", None))
    pieces = iter([b"a" * 10, b"b" * 20])
    assert httpx.post(f"{url}/uploads", content=pieces, headers=headers).json() == 30


def test_a_request_whose_time_is_over_is_not_begun(url: str, internal_keys_dir: Path) -> None:
    headers = bearer(internal_keys_dir, "gateway") | {"X-Deadline-Ms": "0"}
    answer = httpx.get(f"{url}/who", headers=headers)
    assert answer.status_code == 504
    assert answer.json()["type"].endswith("/upstream-too-slow")
    assert int(answer.headers["Retry-After"]) > 0


def test_sql_ends_with_the_time_of_its_request(url: str, internal_keys_dir: Path) -> None:
    headers = bearer(internal_keys_dir, "gateway") | {"X-Deadline-Ms": "500"}
    started = time.monotonic()
    answer = httpx.get(f"{url}/slow-sql", params={"seconds": 20}, headers=headers, timeout=30)
    assert time.monotonic() - started < 10
    assert answer.status_code == 504
    ample = bearer(internal_keys_dir, "gateway") | {"X-Deadline-Ms": "20000"}
    answer = httpx.get(f"{url}/slow-sql", params={"seconds": 0.01}, headers=ample, timeout=30)
    assert answer.status_code == 200
