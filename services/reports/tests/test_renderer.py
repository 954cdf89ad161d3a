"""The rendering process may die, hang or fail; the report comes, or a clear problem does."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pypdf import PdfReader

from barline_reports.paper import Drawing, PrintJob
from barline_reports.renderer import Renderer
from barline_reports.rendering_process import RenderingTooSlow, RenderLimits

from .conftest import CHROMIUM

LIMITS = RenderLimits(drawing_s=60, report_s=120, queue_s=60)
NO_BROWSER = "/nonexistent/chromium"  # a renderer without one starts at once


@pytest.fixture(scope="module")
def own_renderer() -> Iterator[Renderer]:
    """A renderer the tests may break: mending itself is what it is tested for."""
    made = Renderer(CHROMIUM, LIMITS)
    yield made
    made.close()


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def gone(process_id: int) -> bool:
    deadline = time.monotonic() + 10
    while alive(process_id) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(process_id)


def test_after_the_worker_was_killed_the_next_report_still_comes(
    own_renderer: Renderer, job: PrintJob
) -> None:
    first = own_renderer.render(job, b"{}")
    assert own_renderer.process is not None
    os.kill(own_renderer.process.process_id, signal.SIGKILL)
    assert own_renderer.render(job, b"{}") == first


def test_a_worker_killed_in_the_middle_is_replaced(own_renderer: Renderer, job: PrintJob) -> None:
    first = own_renderer.render(job, b"{}")
    worker = own_renderer.process
    assert worker is not None
    os.kill(worker.process_id, signal.SIGSTOP)  # a quick machine would be done before the kill
    killer = threading.Timer(0.15, os.kill, (worker.process_id, signal.SIGKILL))
    killer.start()
    assert own_renderer.render(job, b"{}") == first
    killer.join()
    assert own_renderer.process is not worker


def test_a_browser_killed_in_the_middle_is_replaced(own_renderer: Renderer, job: PrintJob) -> None:
    first = own_renderer.render(job, b"{}")
    worker = own_renderer.process
    assert worker is not None
    worker.wait_until_ready(time.monotonic() + 30)
    os.killpg(worker.browser_process_id, signal.SIGSTOP)  # else it may be done before
    killer = threading.Timer(0.05, os.killpg, (worker.browser_process_id, signal.SIGKILL))
    killer.start()
    assert own_renderer.render(job, b"{}") == first
    killer.join()
    assert own_renderer.process is worker


def test_a_chart_that_cannot_be_drawn_is_named_and_the_rest_comes(
    renderer: Renderer, job: PrintJob
) -> None:
    broken: Drawing = replace(
        job.drawings[0], spec={"data": 5, "layout": {"xaxis": {"range": "?"}}}
    )
    failing = replace(job, drawings=(broken, *job.drawings[1:]))
    pdf = renderer.render(failing, b"{}")
    assert pdf.undrawn == ("price",)
    assert "This chart could not be drawn." in text_of(pdf.content)


def test_without_any_browser_the_report_comes_without_charts(job: PrintJob) -> None:
    blind = Renderer(NO_BROWSER, LIMITS)
    try:
        pdf = blind.render(job, b"{}")
    finally:
        blind.close()
    assert len(pdf.undrawn) == len(job.drawings)
    text = text_of(pdf.content)
    assert text.count("This chart could not be drawn.") == len(job.drawings)
    assert "Short" in text


def test_a_worker_over_its_time_is_ended(job: PrintJob) -> None:
    hasty = Renderer(NO_BROWSER, replace(LIMITS, report_s=0.3))
    try:
        hasty.start()
        worker = hasty.process
        assert worker is not None
        os.kill(worker.process_id, signal.SIGSTOP)  # it hangs
        with pytest.raises(RenderingTooSlow):
            hasty.render(job, b"{}")
        assert gone(worker.process_id)
        assert hasty.process is None
    finally:
        hasty.close()


def test_a_worker_that_hangs_with_a_large_job_half_read_is_replaced(job: PrintJob) -> None:
    made = Renderer(NO_BROWSER, replace(LIMITS, report_s=45))
    try:
        first = made.render(job, b"{}")
        worker = made.process
        assert worker is not None
        worker.wait_until_ready(time.monotonic() + 30)
        os.kill(worker.process_id, signal.SIGSTOP)
        large = b" " * 5_000_000  # more than the line holds
        assert made.render(job, large).undrawn == first.undrawn
        assert gone(worker.process_id)
    finally:
        made.close()


def test_closing_leaves_no_process_behind(job: PrintJob) -> None:
    made = Renderer(CHROMIUM, LIMITS)
    made.render(job, b"{}")
    worker = made.process
    assert worker is not None
    worker.wait_until_ready(time.monotonic() + 30)
    made.close()
    assert gone(worker.process_id)
    assert gone(worker.browser_process_id)


def test_the_worker_ends_with_the_service_that_started_it() -> None:
    program = (
        "import os, sys, time\n"
        "from barline_reports.renderer import Renderer\n"
        f"r = Renderer({CHROMIUM!r}); r.start(); w = r.process\n"
        "w.wait_until_ready(time.monotonic() + 60)\n"
        "print(w.process_id, w.browser_process_id, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    command = [sys.executable, "-c", program]
    # Whoever is killed cannot tidy up. pytest's own folders are too deep: Chromium's socket path would be too long.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        environment = os.environ | {"TMPDIR": folder}
        killed = subprocess.run(
            command, capture_output=True, text=True, check=False, env=environment
        )
    worker, browser = (int(word) for word in killed.stdout.split())
    assert killed.returncode == -signal.SIGKILL
    assert gone(worker)
    assert gone(browser)
