"""OpenTelemetry traces, when an endpoint to send them to is configured; else nothing of it is imported.

The SDK's own variables (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, …) hold as its documentation says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi.telemetry import TelemetryConfig

TRACES_PATH = "/v1/traces"
# FastAPI makes the span of a request itself, with whichever tracer is there; we say when there is one.
OF_FASTAPI: "TelemetryConfig" = {
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

_started: list[str] = []


def start(process: str, endpoint: str) -> bool:
    """Make spans of requests, calls and SQL from here on, and send them to `endpoint`. Once a process.

    Comes before the first connection is made.
    """
    if not endpoint or _started:
        return bool(_started)
    from opentelemetry import trace  # noqa: PLC0415 - only when traces are wanted
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - only then
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor  # noqa: PLC0415 - only then
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only then
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - only then
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - only then

    provider = TracerProvider(resource=Resource.create({"service.name": f"barline-{process}"}))
    exporter = OTLPSpanExporter(endpoint=endpoint.rstrip("/") + TRACES_PATH)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    HTTPXClientInstrumentor().instrument()
    _trace_sql()
    _started.append(process)
    return True


def _trace_sql() -> None:
    """Where psycopg2 is installed, which the services use; the gateway has psycopg 3."""
    try:
        from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor  # noqa: PLC0415 - only then
    except ImportError:
        return
    Psycopg2Instrumentor().instrument()


def traceparent() -> str | None:
    """Names the present span to another process, in W3C's form."""
    if not _started:
        return None
    from opentelemetry import propagate  # noqa: PLC0415 - only when traces are wanted

    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def span(name: str, parent: str | None) -> Iterator[None]:
    """A span of what a worker does, below the one that asked for it."""
    if not _started:
        yield
        return
    from opentelemetry import propagate, trace  # noqa: PLC0415 - only when traces are wanted

    context = propagate.extract({"traceparent": parent} if parent else {})
    with trace.get_tracer("barline").start_as_current_span(
        name, context=context, kind=trace.SpanKind.CONSUMER
    ):
        yield
