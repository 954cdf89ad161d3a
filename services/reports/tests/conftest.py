"""Fixtures of the reports service's tests: sample answers, one warm renderer, and services that give the samples."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from barline_core.testing import serving
from barline_reports.app import create_app
from barline_reports.backtest_document import backtest_document
from barline_reports.paper import PrintJob, print_job
from barline_reports.renderer import Renderer
from barline_reports.rendering_process import RenderLimits
from barline_reports.schemas import read_backtest
from barline_reports.settings import ReportsSettings

from .report_samples import Bars, backtest_answer, encoded, microsoft, waves
from .sample_services import SampleServices

CHROMIUM = "/usr/bin/chromium"


@pytest.fixture(scope="session")
def msft() -> Bars:
    return microsoft()


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """One rendering process for all tests that do not kill it."""
    shared = Renderer(CHROMIUM, RenderLimits(drawing_s=60, report_s=120, queue_s=60))
    shared.start()
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def job() -> PrintJob:
    """A short report with two charts."""
    body = encoded(backtest_answer(waves(400), winbuy=5, winsell=20))
    whole = print_job(backtest_document(read_backtest(body), body), identifier="test")
    few = whole.drawings[:2]
    html = f'<html lang="en"><title>t</title><h1>Short</h1>{few[0].image}{few[1].image}</html>'
    return replace(whole, drawings=few, html=html)


@pytest.fixture(scope="module")
def samples(msft: Bars) -> SampleServices:
    """What the backtest and the prediction service will answer; a test may change it."""
    return SampleServices(msft)


@pytest.fixture(scope="module")
def samples_url(samples: SampleServices) -> Iterator[str]:
    with serving(samples.app) as url:
        yield url


@pytest.fixture(scope="module")
def reports_app(samples_url: str, database_url: str, internal_keys_dir: Path) -> FastAPI:
    return create_app(
        ReportsSettings(
            database_url=database_url,
            internal_keys_dir=internal_keys_dir,
            backtest_url=samples_url,
            prediction_url=samples_url,
            chromium_path=CHROMIUM,
            render_timeout_s=120,
            upstream_read_timeout_s=2,
        )
    )
