"""Django on the embedded database, the gateway answering over real HTTP, and people with API keys."""

import os
import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx
import pytest

from barline_core.embedded import EmbeddedPostgres
from barline_core.testing import fresh_database

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.test import Client

KeyMaker = Callable[..., str]

HOST = "localhost"


@pytest.fixture(scope="session")
def django_ready(
    postgres_cluster: tuple[EmbeddedPostgres, int], internal_keys_dir: Path
) -> Iterator[None]:
    """Django set up once, on a database of its own. The services' addresses lead nowhere."""
    with fresh_database(*postgres_cluster) as url:
        os.environ |= {
            "SECRET_KEY": secrets.token_hex(16),
            "API_KEY_SECRET": secrets.token_hex(16),
            "DATABASE_URL": url,
            "INTERNAL_KEYS_DIR": str(internal_keys_dir),
            "DJANGO_SETTINGS_MODULE": "barline_gateway.settings",
            **dict.fromkeys(
                ("INGESTION_URL", "BACKTEST_URL", "PREDICTION_URL", "REPORTS_URL"),
                "http://127.0.0.1:1",
            ),
        }
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0, skip_market=True)
        yield
        connections.close_all()


@pytest.fixture
def clean_database(django_ready: None) -> Iterator[None]:
    """What a test wrote is gone afterwards, also what other threads committed."""
    yield
    from axes.models import AccessAttempt
    from django.contrib.auth.models import User

    from barline_gateway.accounts.counting import counter
    from barline_gateway.registry.models import Symbol

    User.objects.all().delete()
    Symbol.objects.all().delete()
    AccessAttempt.objects.all().delete()
    counter().reset()


@pytest.fixture
def make_key(clean_database: None) -> KeyMaker:
    """`make_key("read")` gives the text of a new key; `user=` shares one user among keys."""
    from django.contrib.auth.models import User

    from barline_gateway.accounts.keys import create_key
    from barline_gateway.accounts.models import Scope

    def make(scope: str = "write", *, user: str = "ada", **options: object) -> str:
        owner, _ = User.objects.get_or_create(username=user)
        _, text = create_key(user=owner, name="test", scope=Scope(scope), **options)
        return text

    return make


@pytest.fixture
def person(clean_database: None) -> "User":
    from django.contrib.auth.models import User

    return User.objects.create_user(username="ada")


@pytest.fixture
def visitor(clean_database: None) -> "Client":
    """A browser of somebody who is not signed in."""
    from django.test import Client

    return Client(headers={"host": HOST})


@pytest.fixture
def browser(visitor: "Client", person: "User") -> "Client":
    """A signed-in person's browser."""
    visitor.force_login(person)
    return visitor


class QuietHandler(WSGIRequestHandler):
    """A server that does not write its requests to the test's output."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


@pytest.fixture(scope="session")
def gateway_url(django_ready: None) -> Iterator[str]:
    """The gateway on a free loopback port."""
    from django.db import connections

    from barline_gateway.wsgi import application

    server = make_server("127.0.0.1", 0, application, handler_class=QuietHandler)

    def serve() -> None:
        server.serve_forever()
        connections.close_all()  # those of this thread

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client(gateway_url: str, make_key: KeyMaker) -> Iterator[httpx.Client]:
    """A program with a `write` key."""
    headers = {"Authorization": f"Bearer {make_key('write')}"}
    with httpx.Client(base_url=gateway_url, headers=headers, timeout=30) as opened:
        yield opened
