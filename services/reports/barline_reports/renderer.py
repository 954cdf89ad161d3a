"""Owns one rendering process: starts it, hands it jobs, kills it when it takes too much, and replaces it when it dies.

The pool has several of these behind one queue; nothing here knows about the others.
"""

import tempfile
import threading
import time
from pathlib import Path

import structlog

from barline_reports.messages import write_job
from barline_reports.paper import PrintJob
from barline_reports.rendering_process import (
    ProcessGone,
    RenderedPdf,
    RenderingFailed,
    RenderingProcess,
    RenderingTooLarge,
    RenderingTooSlow,
    RenderLimits,
)

# A process that keeps this share of what a report may take leaves the next one too little, and is replaced.
MOST_KEPT = 0.6

log = structlog.get_logger("barline_reports.renderer")


class Renderer:
    """Makes PDFs one at a time: callers wait for each other."""

    def __init__(self, chromium_path: str | None, limits: RenderLimits | None = None) -> None:
        self._chromium_path = chromium_path
        self._limits = limits or RenderLimits()
        self._lock = threading.Lock()
        self._process: RenderingProcess | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="barline-reports-")

    def start(self) -> None:
        """Start the process, so that it is warm when the first report is asked for. Does not wait for it."""
        with self._lock:
            self._living_process()

    def render(self, job: PrintJob, attachment: bytes) -> RenderedPdf:
        """Raises RenderingTooSlow, RenderingTooLarge or RenderingFailed."""
        with self._lock:
            pdf = self._render(write_job(job), attachment)
            self._replace_if_large()
            return pdf

    def close(self) -> None:
        with self._lock:
            self._end_process()
            self._scratch.cleanup()

    @property
    def process(self) -> RenderingProcess | None:
        return self._process

    def _render(self, job: bytes, attachment: bytes) -> RenderedPdf:
        deadline = time.monotonic() + self._limits.report_s
        for attempt in (1, 2):
            try:
                return self._living_process().render(job, attachment, deadline)
            except ProcessGone as error:
                log.warning("worker.gone", attempt=attempt, error=str(error))
                self._end_process()
            except (RenderingTooSlow, RenderingTooLarge) as error:
                log.warning("worker.ended", reason=type(error).__name__)
                self._end_process()
                raise
        raise RenderingFailed("the rendering process died twice")

    def _replace_if_large(self) -> None:
        process = self._living_process()
        kept = process.private_bytes()
        if kept > MOST_KEPT * self._limits.memory_bytes:
            log.info("worker.replaced", kept_bytes=kept)
            self._end_process()
            self._living_process()

    def _living_process(self) -> RenderingProcess:
        if self._process is None:
            scratch = Path(self._scratch.name)
            self._process = RenderingProcess(self._chromium_path, self._limits, scratch)
        return self._process

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
