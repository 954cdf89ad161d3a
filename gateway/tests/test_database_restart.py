"""PostgreSQL stopped and started under the gateway: problems while it is down, then it goes on by itself."""

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from barline_core.embedded import EmbeddedPostgres
from barline_core.migrate import migrate

from .gateway_process import gateway_process

MAKE_KEY = """
import django
django.setup()
from django.core.management import call_command
from django.contrib.auth.models import User
from barline_gateway.accounts.keys import create_key
from barline_gateway.accounts.models import Scope
from barline_gateway.registry.models import Symbol
call_command("migrate", verbosity=0, skip_market=True)
Symbol.objects.create(ticker="IBM")
print(create_key(user=User.objects.create_user("ada"), name="test", scope=Scope.WRITE)[1])
"""
READS = ("/financial_data/data", "/account/keys", "/readyz")
DOWN_S = 8.0  # longer than the gateway's pool tries to connect before it waits to be asked again
ANSWER_WITHIN_S = 8.0
RECOVERED_WITHIN_S = 15.0
STEADY = 30


@pytest.fixture
def postgres(django_ready: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedPostgres]:
    """A server of the test's own, so that no other test is disturbed; the gateway's environment names it."""
    with tempfile.TemporaryDirectory(prefix="barline-restart-") as folder:
        Path(folder).chmod(0o755)  # the server runs as somebody else
        server = EmbeddedPostgres(
            Path(folder) / "postgres", password=secrets.token_hex(8), durable=False
        )
        url = server.url(server.start())
        try:
            migrate(url)
            monkeypatch.setenv("DATABASE_URL", url)
            yield server
        finally:
            server.stop()


@pytest.fixture
def key(postgres: EmbeddedPostgres) -> str:
    made = subprocess.run(
        [sys.executable, "-c", MAKE_KEY],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()[-1]


def test_the_gateway_outlives_a_stop_of_its_database(
    tmp_path: Path, postgres: EmbeddedPostgres, key: str
) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with (
        gateway_process(tmp_path, {}, THROTTLE_RATE="9999/s") as (url, process),
        httpx.Client(base_url=url, headers=headers, timeout=40) as client,
    ):
        assert [client.get(path).status_code for path in READS] == [200] * len(READS)
        postgres.stop()
        stopped = time.monotonic()
        for path in (*READS, "/financial_data/data?symbol=IBM"):
            asked = time.monotonic()
            check_problem(client.get(path))
            assert time.monotonic() - asked < ANSWER_WITHIN_S, path
        page = client.get("/reporting/", headers={"Cookie": "barline_session=" + "a" * 32})
        assert page.status_code == 503
        assert "database" in page.text
        assert client.get("/livez").status_code == 200
        time.sleep(max(0.0, DOWN_S - (time.monotonic() - stopped)))
        postgres.restart()  # on the same port
        wait_until_answered(client)
        codes = {client.get(path).status_code for path in READS for _ in range(STEADY)}
        assert codes == {200}
        assert process.poll() is None


def check_problem(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    problem = json.loads(answer.text)
    assert problem["type"].endswith("/service-unavailable")
    assert "database" in problem["detail"]


def wait_until_answered(client: httpx.Client) -> None:
    """Only 503 problems until the first answer; nobody starts the gateway again."""
    deadline = time.monotonic() + RECOVERED_WITHIN_S
    while (answer := client.get(READS[0])).status_code != 200:
        check_problem(answer)
        assert time.monotonic() < deadline, "it did not come back"
        time.sleep(0.1)


def test_a_restart_between_two_requests_costs_at_most_a_503_per_connection(
    tmp_path: Path, postgres: EmbeddedPostgres, key: str
) -> None:
    """The pool hands out what it believes to be connected; what is broken is found out and replaced."""
    headers = {"Authorization": f"Bearer {key}"}
    with (
        gateway_process(tmp_path, {}, THROTTLE_RATE="9999/s") as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=40) as client,
    ):
        assert client.get(READS[0]).status_code == 200
        for mode in ("fast", "immediate"):
            postgres.restart(mode=mode)
            codes = [client.get(READS[0]).status_code for _ in range(STEADY)]
            assert set(codes) <= {200, 503}
            assert set(codes[10:]) == {200}, codes
