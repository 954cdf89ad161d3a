"""One request followed through gateway, service, database, queue and worker: by its id in logs, by its trace."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from barline_core.embedded import free_port

from .gateway_process import gateway_process
from .trace_receiver import ReceivedSpan, TraceReceiver, receiving_traces

KeyMaker = Callable[..., str]

PATIENCE_S = 180
REQUEST_ID = "followed-request-1"
PROCESSES = {"barline-gateway", "barline-ingestion", "barline-ingestion-worker"}
TASK = "ingestion:refresh_symbol"


@contextmanager
def ingestion(tmp_path: Path, module: str, **environment: str) -> Iterator[Path]:
    """A process of ingestion whose upstream is away; gives its log."""
    log = tmp_path / f"{module}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": os.environ["DATABASE_URL"],
                "INTERNAL_KEYS_DIR": os.environ["INTERNAL_KEYS_DIR"],
                "ALPHA_VANTAGE_BASE_URL": "http://127.0.0.1:1",
                "ALPHA_VANTAGE_API_KEY": "never-sent",
                "UPSTREAM_ATTEMPTS": "1",
                "MARKET_DATE": "2013-03-02",  # on a clock that stands still nothing refreshes by itself
                "OTEL_BSP_SCHEDULE_DELAY": "200",
                **environment,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield log
    finally:
        process.terminate()
        code = process.wait(40)
    assert code == 0, log.read_text()


@pytest.fixture
def followed(
    tmp_path: Path, make_key: KeyMaker
) -> Iterator[tuple[TraceReceiver, dict[str, Path], httpx.Response]]:
    """A refresh asked for at the gateway, with everything that it set off observed."""
    from barline_gateway.registry.models import Symbol

    Symbol.objects.create(ticker="IBM", active=True)
    port = free_port()
    with receiving_traces() as receiver, ExitStack() as stack:
        traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        logs = {
            "ingestion": stack.enter_context(
                ingestion(tmp_path, "barline_ingestion", PORT=str(port), **traced)
            ),
            "ingestion-worker": stack.enter_context(
                ingestion(tmp_path, "barline_ingestion.worker", **traced)
            ),
        }
        services = {"ingestion": f"http://127.0.0.1:{port}"}
        url, _ = stack.enter_context(gateway_process(tmp_path, services, **traced))
        logs["gateway"] = tmp_path / "gateway.log"
        headers = {"Authorization": f"Bearer {make_key('write')}", "X-Request-Id": REQUEST_ID}
        wait_for(lambda: reachable(f"{services['ingestion']}/readyz"))
        answer = httpx.post(f"{url}/financial_data/refresh", headers=headers, json={}, timeout=30)
        wait_for(lambda: complete(trace(receiver)))
        yield receiver, logs, answer


def reachable(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def trace(receiver: TraceReceiver) -> list[ReceivedSpan]:
    """That of the request: a task the worker was not asked for begins one of its own."""
    spans = receiver.trace_of("barline-ingestion-worker", TASK)
    asked = {one.trace_id for one in spans if one.process == "barline-gateway"}
    return [one for one in spans if one.trace_id in asked]


def complete(spans: list[ReceivedSpan]) -> bool:
    """Whether every process has sent its part: a span is sent once it has ended, which a parent does last."""
    known = {one.span_id for one in spans}
    parents = {one.parent_id for one in spans if one.parent_id}
    return {one.process for one in spans} >= PROCESSES and parents <= known


def test_one_request_is_one_trace_and_one_id_in_every_log(
    followed: tuple[TraceReceiver, dict[str, Path], httpx.Response],
) -> None:
    receiver, logs, answer = followed
    assert answer.status_code == 202
    assert answer.headers["X-Request-Id"] == REQUEST_ID

    spans = trace(receiver)
    assert {one.process for one in spans} == PROCESSES
    by_id = {one.span_id: one for one in spans}
    ancestors = []
    one = next(one for one in spans if one.name == TASK)
    while one.parent_id:
        one = by_id[one.parent_id]
        ancestors.append(one.process)
    assert ancestors[0] == "barline-ingestion"
    assert ancestors[-1] == "barline-gateway"
    for process in PROCESSES:
        systems = {
            one.attributes.get("db.system") or one.attributes.get("db.system.name")
            for one in spans
            if one.process == process
        }
        assert "postgresql" in systems, process

    for process, log in logs.items():
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        ours = [line for line in lines if line.get("request_id") == REQUEST_ID]
        assert ours, process
        assert {line["service"] for line in ours} == {process}


@pytest.mark.parametrize(
    "module", ["barline_gateway.wsgi", "barline_ingestion.app", "barline_ingestion.worker"]
)
def test_without_an_endpoint_nothing_of_tracing_is_loaded(django_ready: None, module: str) -> None:
    """FastAPI loads the API of OpenTelemetry, and redis the part for metrics: nothing of it records anything."""
    code = (
        f"import sys, {module}\n"
        "parts = ('opentelemetry.sdk.trace', 'opentelemetry.exporter', 'opentelemetry.instrumentation')\n"
        "print([name for name in sys.modules if name.startswith(parts)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
