"""Metrics and traces of a gateway process, where its settings ask for them."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from prometheus_client import REGISTRY, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from barline_core import tracing


class DatabasePool(Collector):
    """Django's pool under the names the services use for theirs."""

    def collect(self) -> Iterator[Metric]:
        pool = getattr(connection, "pool", None)
        stats = pool.get_stats() if pool is not None else {}
        taken = stats.get("pool_size", 0) - stats.get("pool_available", 0)
        for name, says, value in (
            ("in_use", "Connections handed out.", taken),
            ("limit", "Connections there may be.", stats.get("pool_max", 0)),
        ):
            family = GaugeMetricFamily(
                f"barline_database_connections_{name}", says, labels=["pool"]
            )
            family.add_metric(["barline-gateway"], float(value))
            yield family


def observe() -> None:
    """Once a process, before its first request."""
    environment = settings.ENVIRONMENT
    if tracing.start("gateway", environment.otel_exporter_otlp_endpoint):
        trace_django()
    if environment.metrics_port is not None:
        REGISTRY.register(DatabasePool())
        start_http_server(environment.metrics_port, environment.metrics_host)


def trace_django() -> None:
    """Spans of requests and of Django's SQL."""
    from opentelemetry.instrumentation.django import DjangoInstrumentor  # noqa: PLC0415 - only when traces are wanted
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor  # noqa: PLC0415 - only then

    PsycopgInstrumentor().instrument()
    DjangoInstrumentor().instrument()
