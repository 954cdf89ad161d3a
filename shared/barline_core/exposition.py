"""Serves a process's metrics to Prometheus, on a port of their own that is not public.

One process a container and one registry a process: nothing is shared between processes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import REGISTRY, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from barline_core.db import Database

PATIENCE_MS = 2_000

log = structlog.get_logger("barline.metrics")


@dataclass(frozen=True, slots=True)
class Reading:
    """A gauge that is read from the database when Prometheus asks; `read` gives label values and the value."""

    name: str
    says: str
    labels: tuple[str, ...]
    read: Callable[[Session], Iterable[tuple[tuple[str, ...], float]]]


class MetricsSettings(Protocol):
    """Where metrics are served; no port: nowhere."""

    @property
    def metrics_host(self) -> str: ...
    @property
    def metrics_port(self) -> int | None: ...


class Readings(Collector):
    """Readings of one database. While it is away they are missing, and the other metrics are still there."""

    def __init__(self, database: Database, readings: Sequence[Reading]) -> None:
        self._database = database
        self._readings = readings

    def describe(self) -> Iterator[Metric]:
        for reading in self._readings:
            yield GaugeMetricFamily(reading.name, reading.says, labels=reading.labels)

    def collect(self) -> Iterator[Metric]:
        for reading in self._readings:
            family = GaugeMetricFamily(reading.name, reading.says, labels=reading.labels)
            for labels, value in self._read(reading):
                family.add_metric(labels, value)
            yield family

    def _read(self, reading: Reading) -> list[tuple[tuple[str, ...], float]]:
        try:
            with self._database.transaction() as session:
                session.execute(text(f"SET LOCAL statement_timeout = {PATIENCE_MS}"))
                return list(reading.read(session))
        except SQLAlchemyError as error:
            log.warning("reading.failed", reading=reading.name, error=type(error).__name__)
            return []


def expose(settings: MetricsSettings, database: Database, readings: Sequence[Reading]) -> None:
    """Serve this process's metrics for as long as it lives, when a port for them is set."""
    if settings.metrics_port is None:
        return
    if readings:
        REGISTRY.register(Readings(database, readings))
    start_http_server(settings.metrics_port, settings.metrics_host)
