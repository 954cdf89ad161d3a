"""Many at once: none is lost, none waits without end, and no report takes more memory than it may."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from barline_reports.memory import family, private_bytes
from barline_reports.paper import PrintJob
from barline_reports.pool import RenderingBusy, RenderPool
from barline_reports.renderer import Renderer
from barline_reports.rendering_process import RenderingTooLarge, RenderLimits
from barline_reports.underway import StillUnderway, Underway

from .conftest import CHROMIUM

LIMITS = RenderLimits(drawing_s=60, report_s=120, queue_s=60)
NO_BROWSER = "/nonexistent/chromium"  # a renderer without one starts at once
PAGE = PrintJob(
    html='<html lang="en"><title>t</title><h1>Short</h1></html>',
    drawings=(),
    identifier="test",
    attachment_name="a.json",
    attachment_date="2020-01-01",
)


@pytest.fixture
def pool() -> Iterator[RenderPool]:
    made = RenderPool(NO_BROWSER, LIMITS, processes=2, waiting=3)
    yield made
    made.close()


def ask(pool: RenderPool, rank: int) -> tuple[bytes, list[int]]:
    """As a client does that comes again; gives the PDF and after how many seconds it was told to, each time."""
    refused: list[int] = []
    while True:
        try:
            with pool.admitted():
                return pool.render(replace(PAGE, identifier=f"{rank}"), b"{}").content, refused
        except RenderingBusy as busy:
            refused.append(busy.retry_after_s)
            time.sleep(0.05)


def test_of_fifty_at_once_each_gets_its_report(pool: RenderPool) -> None:
    with ThreadPoolExecutor(50) as clients:
        answers = list(clients.map(lambda rank: ask(pool, rank), range(50)))
    assert all(pdf.startswith(b"%PDF-") for pdf, _ in answers)
    assert len({pdf for pdf, _ in answers}) == 50  # each its own
    told = [seconds for _, refused in answers for seconds in refused]
    assert told  # the queue was full, and said so
    assert all(1 <= seconds <= 60 for seconds in told)


def test_a_full_queue_refuses_at_once(pool: RenderPool) -> None:
    with pool.admitted(), pool.admitted(), pool.admitted(), pool.admitted(), pool.admitted():
        started = time.monotonic()
        with pytest.raises(RenderingBusy), pool.admitted():
            pass
        assert time.monotonic() - started < 0.5
    with pool.admitted():
        assert pool.render(PAGE, b"{}").content.startswith(b"%PDF-")


def test_whoever_waits_too_long_is_told() -> None:
    impatient = RenderPool(NO_BROWSER, replace(LIMITS, queue_s=0.05), processes=1, waiting=5)
    try:
        impatient.start()
        worker = impatient.renderers[0].process
        assert worker is not None
        worker.wait_until_ready(time.monotonic() + 60)
        os.kill(worker.process_id, signal.SIGSTOP)
        long = threading.Thread(target=impatient.render, args=(PAGE, b"{}"))
        long.start()
        time.sleep(0.1)
        with pytest.raises(RenderingBusy):
            impatient.render(PAGE, b"{}")
        os.kill(worker.process_id, signal.SIGCONT)
        long.join()
    finally:
        impatient.close()


def test_one_warm_process_serves_while_nobody_waits(pool: RenderPool) -> None:
    for _ in range(3):
        pool.render(PAGE, b"{}")
    assert [renderer.process is not None for renderer in pool.renderers] == [True, False]


def test_a_layout_that_takes_too_much_memory_is_ended() -> None:
    small = Renderer(NO_BROWSER, replace(LIMITS, memory_bytes=150_000_000))
    large = replace(
        PAGE, html="<html><body>" + "<p>word <b>word</b></p>" * 60_000 + "</body></html>"
    )
    try:
        with pytest.raises(RenderingTooLarge):
            small.render(large, b"{}")
        assert small.process is None
        assert small.render(PAGE, b"{}").content.startswith(b"%PDF-")
    finally:
        small.close()


def test_a_browser_that_takes_too_much_memory_costs_the_charts_only(job: PrintJob) -> None:
    small = Renderer(CHROMIUM, replace(LIMITS, memory_bytes=200_000_000))
    try:
        printed = small.render(job, b"{}")
        assert printed.content.startswith(b"%PDF-")
        assert set(printed.undrawn) == {drawing.id for drawing in job.drawings}
    finally:
        small.close()


def test_a_family_is_counted_with_its_children() -> None:
    mine = family(os.getpid())
    assert os.getpid() in {process.id for process in mine}
    assert private_bytes(mine) > 10_000_000
    assert family(2**22 + 1) == []


def test_the_same_report_is_made_once_at_a_time() -> None:
    underway, made, seen = Underway(), threading.Event(), []

    def second() -> None:
        with underway.turn("digest", 10) as waited:
            seen.append(waited)

    with underway.turn("digest", 10) as waited:
        assert waited is False
        other = threading.Thread(target=second)
        other.start()
        other.join(timeout=0.1)
        assert other.is_alive()
        with underway.turn("another", 10) as waited_for_another:
            assert waited_for_another is False
        with pytest.raises(StillUnderway), underway.turn("digest", 0.05):
            made.set()
    other.join()
    assert seen == [True]
    assert not made.is_set()
