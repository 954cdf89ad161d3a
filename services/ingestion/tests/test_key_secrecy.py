"""The API key is shown nowhere: not in a log of the service or the worker, an answer, or any row."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from barline_core.db import Database
from barline_core.testing import signed_by
from barline_core.tokens import load_signer
from barline_ingestion.settings import IngestionSettings
from barline_sandbox.exchange import Exchange
from barline_sandbox.faults import Fault, FaultRule

from .processes import service_process, worker_process

KEY = "K3Y/S3CRET+9QX2ZW"  # with characters that a URL writes in another way
FORMS = {KEY.lower(), quote(KEY, safe="").lower()}
NAMES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('market', 'queue', 'public')
"""


@pytest.fixture
def logs(tmp_path: Path) -> dict[str, Path]:
    return {"service": tmp_path / "service.log", "worker": tmp_path / "worker.log"}


@pytest.fixture
def client(
    make_settings: Callable[..., IngestionSettings],
    register: Callable[..., None],
    internal_keys_dir: Path,
    logs: dict[str, Path],
) -> Iterator[httpx.Client]:
    """A service and a worker at their most talkative, each a process of its own."""
    register("IBM")
    settings = make_settings(alpha_vantage_api_key=KEY, upstream_read_timeout_s=1.0)
    sign = signed_by(load_signer(internal_keys_dir / "gateway.key"), service="ingestion")
    with (
        worker_process(settings, logs["worker"]),
        service_process(settings, logs["service"]) as (url, _),
        httpx.Client(base_url=url, auth=sign, timeout=30) as opened,
    ):
        yield opened


def everything_asked(
    client: httpx.Client, database: Database, fault: Fault
) -> Iterator[httpx.Response]:
    """Every answer a user may see while the upstream gives only this one."""
    yield client.get("/search", params={"keywords": f"words for {fault.value}"})
    next_month(database)
    queued = client.post("/symbols/IBM/load", params={"wait": 0}).json()
    waited_for = client.post("/symbols/IBM/load", params={"wait": 2})
    yield waited_for
    yield client.get(f"/jobs/{queued['id']}")
    yield client.delete(f"/jobs/{queued['id']}")
    if waited_for.status_code == 202:
        yield client.delete(f"/jobs/{waited_for.json()['id']}")
    yield client.get("/symbols/IBM/bars")
    yield client.get("/budget")


def next_month(database: Database) -> None:
    """A spent day or a refused function would end the asking; what is recorded stays."""
    with database.transaction() as session:
        session.execute(text("UPDATE market.upstream_call SET budget_date = budget_date - 31"))
        session.execute(
            text("UPDATE market.upstream_capability SET learnt_at = learnt_at - interval '31 d'")
        )


def rows_with_the_key(session: Session) -> list[str]:
    """Every column of every row of every table is searched as text."""
    found = []
    for name in session.scalars(text(NAMES)).all():
        rows = session.scalars(text(f"SELECT lower(row::text) FROM {name} AS row"))  # noqa: S608 - names come from the catalogue
        found += [f"{name}: {row}" for row in rows if any(form in row for form in FORMS)]
    return found


def test_the_key_is_in_no_log_no_row_and_no_answer_whatever_the_upstream_echoes(
    client: httpx.Client, exchange: Exchange, database: Database, logs: dict[str, Path]
) -> None:
    seen: list[str] = []
    for fault in Fault:
        exchange.faults.rules[:] = [FaultRule(fault, times=99)]
        seen += [f"{one.text} {one.headers}" for one in everything_asked(client, database, fault)]
        next_month(database)
    with database.transaction() as session:
        assert rows_with_the_key(session) == []
        asked = text("SELECT DISTINCT function FROM market.upstream_call WHERE outcome = :kind")
        for kind in ("daily-quota", "unrecognised"):
            assert {"SYMBOL_SEARCH", "TIME_SERIES_DAILY_ADJUSTED"} <= set(
                session.scalars(asked, {"kind": kind})
            )
    written = {name: path.read_text() for name, path in logs.items()}
    for name, log in written.items():
        assert "upstream.refused" in log, name
        assert "[key]" in log, name
    assert any("[key]" in answer for answer in seen)
    for place in (*seen, *written.values()):
        assert not any(form in place.lower() for form in FORMS)
