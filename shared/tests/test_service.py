import logging
import socket
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query
from pydantic import BaseModel
from sqlalchemy import text

from barline_core.db import SessionDep
from barline_core.problems import CONTENT_TYPE, UnknownSymbol
from barline_core.service import CallerDep, create_app
from barline_core.settings import ServiceSettings
from barline_core.testing import InternalClient, serving
from barline_core.tokens import load_signer

router = APIRouter()


class Order(BaseModel):
    symbols: list[str]


@router.get("/who")
def who(caller: CallerDep) -> dict[str, object]:
    return {"service": caller.service, "user_id": caller.user_id}


@router.get("/unknown")
def unknown() -> None:
    raise UnknownSymbol("ZZZ is not registered here.")


@router.get("/crash")
def crash() -> None:
    raise RuntimeError("the secret is 1234")


@router.get("/window")
def window(winbuy: Annotated[int, Query(ge=2)]) -> int:
    return winbuy


@router.post("/order")
def order(body: Order) -> Order:
    return body


@router.post("/write-then-fail")
def write_then_fail(session: SessionDep) -> None:
    session.execute(text("INSERT INTO market.symbol (ticker) VALUES ('HALF')"))
    raise UnknownSymbol("No.")


@router.post("/write")
def write(session: SessionDep) -> None:
    session.execute(text("INSERT INTO market.symbol (ticker) VALUES ('WHOLE')"))


@router.get("/tickers")
def tickers(session: SessionDep) -> list[str]:
    return list(session.execute(text("SELECT ticker FROM market.symbol")).scalars())


def build(database_url: str, keys: Path) -> FastAPI:
    settings = ServiceSettings(database_url=database_url, internal_keys_dir=keys)
    return create_app(service="example", settings=settings, routers=[router])


@pytest.fixture(scope="module")
def client(
    database_url: str, internal_keys_dir: Path, internal_client: InternalClient
) -> httpx.Client:
    return internal_client(build(database_url, internal_keys_dir), service="example", user_id=5)


def test_health_needs_no_token(client: httpx.Client) -> None:
    for path in ("/livez", "/readyz"):
        assert httpx.get(f"{client.base_url}{path}").json() == {"status": "ok"}


def test_an_unsigned_call_is_refused_as_a_problem(client: httpx.Client) -> None:
    answer = httpx.get(f"{client.base_url}/who")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"].endswith("/not-authenticated")


def test_a_token_meant_for_another_service_is_refused(
    client: httpx.Client, internal_keys_dir: Path
) -> None:
    token = load_signer(internal_keys_dir / "gateway.key").sign(
        audience="other", user_id=1, scope="admin"
    )
    answer = httpx.get(f"{client.base_url}/who", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_the_user_travels_with_the_call(client: httpx.Client) -> None:
    assert client.get("/who").json() == {"service": "gateway", "user_id": 5}


def test_a_problem_carries_every_member_of_the_standard(client: httpx.Client) -> None:
    answer = client.get("/unknown", headers={"X-Request-Id": "abcdefgh-1"})
    assert answer.status_code == 404
    assert answer.json() == {
        "type": "https://barline.dev/problems/unknown-symbol",
        "title": "Unknown symbol",
        "status": 404,
        "detail": "ZZZ is not registered here.",
        "instance": "/unknown",
        "request_id": "abcdefgh-1",
    }


def test_a_crash_shows_nothing_but_a_request_id(client: httpx.Client) -> None:
    answer = client.get("/crash")
    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "1234" not in answer.text


@pytest.mark.parametrize("winbuy", ["1", "1.5", "abc", ""])
def test_a_wrong_parameter_is_a_400_that_names_it(client: httpx.Client, winbuy: str) -> None:
    answer = client.get("/window", params={"winbuy": winbuy})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "winbuy"


def test_a_missing_parameter_is_a_400_that_names_it(client: httpx.Client) -> None:
    assert client.get("/window").json()["errors"][0]["parameter"] == "winbuy"


def test_a_wrong_body_is_a_400_with_a_pointer(client: httpx.Client) -> None:
    answer = client.post("/order", json={"symbols": ["IBM", 7]})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/symbols/1"


def test_broken_json_is_a_400(client: httpx.Client) -> None:
    answer = client.post("/order", content=b'{"symbols": [', headers={"Content-Type": "application/json"})  # fmt: skip
    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"pointer": "", "detail": "The body is not valid JSON."}]


def test_an_unknown_path_and_a_wrong_method_are_problems(client: httpx.Client) -> None:
    assert client.get("/nowhere").json()["type"].endswith("/not-found")
    assert client.delete("/who").json()["type"].endswith("/method-not-allowed")


def test_a_request_that_fails_leaves_nothing_written(client: httpx.Client) -> None:
    client.post("/write-then-fail")
    assert "HALF" not in client.get("/tickers").json()


def test_what_was_answered_as_done_is_kept(client: httpx.Client) -> None:
    assert client.post("/write").status_code == 200
    assert "WHOLE" in client.get("/tickers").json()


def test_a_hostile_request_id_is_replaced(client: httpx.Client) -> None:
    answer = client.get("/who", headers={"X-Request-Id": "evil id; drop"})
    assert answer.headers["x-request-id"] != "evil id; drop"


def test_a_database_that_is_down_is_a_503_with_retry_after(internal_keys_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"postgresql://nobody:x@127.0.0.1:{taken.getsockname()[1]}/none"
        with serving(build(url, internal_keys_dir)) as base_url:
            assert httpx.get(f"{base_url}/livez").status_code == 200
            answer = httpx.get(f"{base_url}/readyz")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["type"].endswith("/service-unavailable")


def test_the_loggers_that_write_whole_urls_are_silenced(
    database_url: str, internal_keys_dir: Path
) -> None:
    build(database_url, internal_keys_dir)
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
