"""Owns one rendering process: starts it, hands it jobs, kills it when it takes too long, and replaces it when it dies.

A pool is several of these behind one queue; nothing here knows about the others.
"""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from barline_reports.messages import read_answer, write_job
from barline_reports.paper import PrintJob

FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""

log = structlog.get_logger("barline_reports.renderer")


class RenderingFailed(Exception):
    """No PDF came out, at the second attempt either."""


class RenderingTooSlow(Exception):
    """The time allowed for one PDF is over; the worker was ended."""


class RenderingBusy(Exception):
    """Another PDF is being made and did not finish in the time one may wait."""


class WorkerGone(Exception):
    """The rendering process died or was killed; whoever asked may ask a new one."""


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """Seconds: for all charts of a report, for the whole report, and for waiting until the worker is free."""

    drawing_s: float = 15.0
    report_s: float = 60.0
    queue_s: float = 20.0


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    content: bytes
    undrawn: tuple[str, ...]


class Worker:
    """One live rendering process and our end of the line to it."""

    def __init__(self, chromium_path: str | None, limits: RenderLimits, scratch: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="worker-", dir=scratch))
        ours, theirs = socket.socketpair()
        limit_transfers(ours, limits.report_s)
        with theirs:
            command = [sys.executable, "-m", "barline_reports.worker", str(theirs.fileno())]
            self._process = subprocess.Popen(
                [*command, str(limits.drawing_s), chromium_path or ""],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env=os.environ
                | {
                    "FONTCONFIG_FILE": str(font_configuration(scratch)),
                    "TMPDIR": str(self._folder),  # a killed browser leaves its profile behind
                },
            )
        self._line = Connection(ours.detach())
        self._browser_process_id = 0
        self._ready = False

    @property
    def process_id(self) -> int:
        return self._process.pid

    @property
    def browser_process_id(self) -> int:
        return self._browser_process_id

    def render(self, job: bytes, attachment: bytes, timeout_s: float) -> RenderedPdf:
        """Raises WorkerGone, RenderingTooSlow or RenderingFailed; after the first two this worker is of no more use."""
        deadline = time.monotonic() + timeout_s
        try:
            self.wait_until_ready(deadline)
            self._ready = False
            self._line.send_bytes(job)
            self._line.send_bytes(attachment)
            answer = read_answer(self._receive(deadline))
            content = self._receive(deadline)
        except (EOFError, OSError) as error:
            raise WorkerGone(type(error).__name__) from error
        if answer.error:
            raise RenderingFailed(answer.error)
        return RenderedPdf(content, answer.undrawn)

    def wait_until_ready(self, deadline: float) -> None:
        if not self._ready:
            self._browser_process_id = int(self._receive(deadline))
            self._ready = True

    def _receive(self, deadline: float) -> bytes:
        if not self._line.poll(max(0.0, deadline - time.monotonic())):
            raise RenderingTooSlow
        return self._line.recv_bytes()

    def kill(self) -> None:
        """End the process and its browser, whatever they are doing; both lead process groups of their own."""
        for group in (self._process.pid, self._browser_process_id):
            if group:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)
        self._process.wait()
        self._line.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Renderer:
    """Makes PDFs one at a time. Threads may share it."""

    def __init__(self, chromium_path: str | None, limits: RenderLimits | None = None) -> None:
        self._chromium_path = chromium_path
        self._limits = limits or RenderLimits()
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._scratch = tempfile.TemporaryDirectory(prefix="barline-reports-")

    def start(self) -> None:
        """Start the worker, so that it is warm when the first report is asked for. Does not wait for it."""
        with self._lock:
            self._living_worker()

    def render(self, job: PrintJob, attachment: bytes) -> RenderedPdf:
        """Raises RenderingBusy, RenderingTooSlow or RenderingFailed."""
        if not self._lock.acquire(timeout=self._limits.queue_s):
            raise RenderingBusy
        try:
            return self._render(write_job(job), attachment)
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            self._end_worker()
            self._scratch.cleanup()

    @property
    def worker(self) -> Worker | None:
        return self._worker

    def _render(self, job: bytes, attachment: bytes) -> RenderedPdf:
        for attempt in (1, 2):
            try:
                return self._living_worker().render(job, attachment, self._limits.report_s)
            except WorkerGone as error:
                log.warning("worker.gone", attempt=attempt, error=str(error))
                self._end_worker()
            except RenderingTooSlow:
                log.warning("worker.too_slow", limit_s=self._limits.report_s)
                self._end_worker()
                raise
        raise RenderingFailed("the rendering process died twice")

    def _living_worker(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(self._chromium_path, self._limits, Path(self._scratch.name))
        return self._worker

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.kill()


def limit_transfers(line: socket.socket, limit_s: float) -> None:
    """A message that stalls half-way, because its reader or writer hangs, becomes an OSError after `limit_s`."""
    interval = struct.pack("ll", int(limit_s) + 1, 0)  # the kernel's struct timeval
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, interval)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, interval)


def font_configuration(scratch: Path) -> Path:
    """A fontconfig file that adds our font to the machine's, for Chromium and WeasyPrint alike."""
    path = scratch / "fonts.conf"
    fonts = files("barline_reports") / "assets" / "fonts"
    path.write_text(
        FONT_CONFIGURATION.format(fonts=fonts, cache=scratch / "fontconfig"), encoding="utf-8"
    )
    return path
