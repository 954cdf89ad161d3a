"""The dashboard and the alerts speak of metrics that exist, with labels that exist."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
import yaml
from prometheus_client import REGISTRY

from barline_core.call_metrics import CALL_SECONDS
from barline_core.exposition import Reading
from barline_core.http_metrics import REQUEST_SECONDS
from barline_core.pool_metrics import IN_USE
from barline_core.queue_readings import queue_readings
from barline_core.task_context import TASK_SECONDS
from barline_ingestion.budget_readings import budget_readings
from barline_ingestion.settings import IngestionSettings
from barline_prediction.ledger_readings import LEDGER
from barline_reports.render_metrics import RENDER_SECONDS

# Importing them registers them, and all others of their modules.
OF_MODULES = (CALL_SECONDS, REQUEST_SECONDS, IN_USE, TASK_SECONDS, RENDER_SECONDS)
FOLDER = Path(__file__).parents[2] / "observability"
SUFFIXES = {"histogram": ("_bucket", "_count", "_sum"), "counter": ("_total",), "gauge": ("",)}
OF_PROMETHEUS = {"up": {"job", "process"}}
SCRAPED = {"job", "process", "le"}  # labels that a scrape or a histogram adds
METRIC = re.compile(r"\b(?:barline|process|stamina)_[a-z_]+|\bup\b")
SELECTED = re.compile(r"\b((?:barline|process|stamina)_[a-z_]+|up)\{([^}]*)\}")


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """Every series our processes may show, with its labels."""
    stamina.instrumentation.set_on_retry_hooks([stamina.instrumentation.PrometheusOnRetryHook])
    stamina.instrumentation.get_on_retry_hooks()
    series: dict[str, set[str]] = dict(OF_PROMETHEUS)
    assert set(OF_MODULES) <= REGISTRY._collector_to_names.keys()
    for collector in list(REGISTRY._collector_to_names):
        labels = set(getattr(collector, "_labelnames", ()))
        describe = getattr(collector, "describe", collector.collect)
        for family in describe():
            for suffix in SUFFIXES.get(family.type, ("",)):
                series[family.name + suffix] = labels
    for reading in all_readings():
        series[reading.name] = set(reading.labels)
    for family in REGISTRY.collect():
        for sample in family.samples:
            series.setdefault(sample.name, set(sample.labels))
    stamina.instrumentation.set_on_retry_hooks(None)
    return series


def all_readings() -> Iterator[Reading]:
    settings = IngestionSettings(database_url="postgresql://nowhere", internal_keys_dir=Path())
    yield from queue_readings("ingestion")
    yield from budget_readings(settings)
    yield from LEDGER


def expressions() -> Iterator[str]:
    dashboard = json.loads((FOLDER / "dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    for rule in rules():
        yield rule["expr"]


def rules() -> list[dict[str, str]]:
    groups = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_metric_they_name_exists(known: dict[str, set[str]]) -> None:
    named = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert len(named) > 15
    assert named - known.keys() == set()


def test_every_label_they_select_by_exists(known: dict[str, set[str]]) -> None:
    for expression in expressions():
        for name, selection in SELECTED.findall(expression):
            labels = set(re.findall(r"(\w+)\s*[=!]", selection))
            assert labels <= known[name] | SCRAPED, expression


def test_everything_that_is_measured_can_be_seen(known: dict[str, set[str]]) -> None:
    shown = " ".join(expressions())
    ours = {
        re.sub("_(bucket|count|sum|created)$", "", name)
        for name in known
        if name.startswith("barline")
    }
    assert {name for name in ours if name not in shown} == set()


def test_every_alert_says_what_happened_and_what_to_do() -> None:
    assert len(rules()) >= 8
    for rule in rules():
        assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}, rule
        assert set(rule["annotations"]) == {"summary", "action"}


def test_no_two_panels_of_the_dashboard_share_an_id_or_a_place() -> None:
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}
    assert len(places) == len(panels)
