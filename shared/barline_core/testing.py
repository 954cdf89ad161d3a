"""Fixtures on real parts: an embedded PostgreSQL migrated by Alembic, and services answering over real HTTP."""

import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI
    from procrastinate import Blueprint
    from sqlalchemy.orm import Session

    from barline_core.db import Database
    from barline_core.embedded import EmbeddedPostgres
    from barline_core.tokens import Signer

TEMPLATE = "barline_template"
CALLERS = ("gateway", "ingestion", "backtest", "prediction", "reports")
START_TIMEOUT_S = 30

InternalClient = Callable[..., "httpx.Client"]


def pytest_configure() -> None:
    """Examples may take as long as they need: a busy machine is no reason to fail."""
    from hypothesis import settings

    settings.register_profile("barline", deadline=None)
    settings.load_profile("barline")


@pytest.fixture(scope="session")
def postgres_cluster() -> "Iterator[tuple[EmbeddedPostgres, int]]":
    """A running server with a migrated template database, and its port."""
    import psycopg2

    from barline_core.embedded import EmbeddedPostgres
    from barline_core.migrate import migrate

    with tempfile.TemporaryDirectory(prefix="barline-test-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(
            Path(folder) / "postgres", password=secrets.token_hex(8), durable=False
        )
        port = postgres.start()
        try:
            connection = psycopg2.connect(postgres.url(port))
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {TEMPLATE}")
            connection.close()
            migrate(postgres.url(port, TEMPLATE))
            yield postgres, port
        finally:
            postgres.stop()


@contextmanager
def fresh_database(postgres: "EmbeddedPostgres", port: int) -> Iterator[str]:
    """A migrated database of its own, dropped at the end."""
    import psycopg2

    name = f"test_{uuid4().hex[:12]}"
    connection = psycopg2.connect(postgres.url(port))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
        try:
            yield postgres.url(port, name)
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.close()


@pytest.fixture(scope="module")
def database_url(postgres_cluster: "tuple[EmbeddedPostgres, int]") -> Iterator[str]:
    """A fresh migrated database for one test module."""
    with fresh_database(*postgres_cluster) as url:
        yield url


@pytest.fixture(scope="module")
def database(database_url: str) -> "Iterator[Database]":
    """The module's database, for tests that need transactions of their own."""
    from barline_core.db import connect

    opened = connect(database_url)
    yield opened
    opened.close()


@pytest.fixture
def db_session(database: "Database") -> "Iterator[Session]":
    """A session whose work is rolled back at the end of the test."""
    with database.sessions() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def internal_keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key pairs of every caller."""
    from barline_core.tokens import write_key_pair

    folder = tmp_path_factory.mktemp("keys")
    for caller in CALLERS:
        write_key_pair(folder, caller)
    return folder


@contextmanager
def serving(app: "FastAPI") -> Iterator[str]:
    """Run `app` under uvicorn on a free loopback port; gives its base URL."""
    import uvicorn

    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the service under test did not start; its log says why")
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def drain_queue(url: str, tasks: "Blueprint", queue: str) -> None:
    """Do every task that is due on a service's queue, in this process."""
    import asyncio

    from barline_core.queue import working_app

    async def work() -> None:
        app = working_app(url, tasks, namespace=queue)
        async with app.open_async():
            await app.run_worker_async(queues=[queue], wait=False, install_signal_handlers=False)

    asyncio.run(work())


def signed_by(
    signer: "Signer", *, service: str, user_id: int | None = 1, scope: str = "write"
) -> "Callable[[httpx.Request], httpx.Request]":
    """How httpx signs each request to `service`, as the gateway does: `httpx.Client(auth=signed_by(…))`."""
    import httpx

    from barline_core.tokens import READING_METHODS, Action

    def sign(request: httpx.Request) -> httpx.Request:
        target, method = request.url.raw_path, request.method
        whole = isinstance(request.stream, httpx.ByteStream)
        body = request.read() if whole else None  # a body in pieces is not covered
        action = None if method in READING_METHODS else Action(method, target, body)
        token = signer.sign(audience=service, user_id=user_id, scope=scope, action=action)
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


@pytest.fixture(scope="module")
def internal_client(internal_keys_dir: Path) -> "Iterator[InternalClient]":
    """Starts an app and gives a client that calls it as the gateway does.

    `internal_client(app, service="backtest", user_id=1, scope="write")`; the same app is started once per module.
    """
    import httpx

    from barline_core.tokens import load_signer

    signer = load_signer(internal_keys_dir / "gateway.key")
    running: dict[int, str] = {}
    with ExitStack() as stack:

        def connect_to(
            app: "FastAPI", *, service: str, user_id: int | None = 1, scope: str = "write"
        ) -> "httpx.Client":
            if id(app) not in running:
                running[id(app)] = stack.enter_context(serving(app))

            sign = signed_by(signer, service=service, user_id=user_id, scope=scope)
            client = httpx.Client(base_url=running[id(app)], auth=sign, timeout=60)
            return stack.enter_context(client)

        yield connect_to
