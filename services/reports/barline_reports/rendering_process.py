"""One live rendering process: our end of the line to it, the watch over its time and memory, and its end."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.resources import files
from multiprocessing.connection import Connection
from pathlib import Path

import structlog

from barline_reports.memory import family, private_bytes
from barline_reports.messages import read_answer

FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""
WATCH_S = 0.25  # between two looks at the memory

log = structlog.get_logger("barline_reports.rendering_process")


class RenderingFailed(Exception):
    """No PDF came out, at the second attempt either."""


class RenderingTooSlow(Exception):
    """The time allowed for one PDF is over; the process was ended."""


class RenderingTooLarge(Exception):
    """The layout took more memory than one report may; the process was ended."""


class ProcessGone(Exception):
    """The rendering process died or was killed; whoever asked may ask a new one."""


@dataclass(frozen=True, slots=True)
class RenderLimits:
    """What one report may take.

    Seconds: for all its charts, for the whole report, and for waiting until a process is free. Bytes: of private
    memory, for the rendering process and its browser together.
    """

    drawing_s: float = 15.0
    report_s: float = 60.0
    queue_s: float = 20.0
    memory_bytes: int = 1_500_000_000


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    content: bytes
    undrawn: tuple[str, ...]


class RenderingProcess:
    """A process started for PDFs, one at a time. It starts in the background; the first report waits for it."""

    def __init__(self, chromium_path: str | None, limits: RenderLimits, scratch: Path) -> None:
        self._limits = limits
        self._folder = Path(tempfile.mkdtemp(prefix="worker-", dir=scratch))
        ours, theirs = socket.socketpair()
        limit_transfers(ours, limits.report_s / 3)
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

    def render(self, job: bytes, attachment: bytes, deadline: float) -> RenderedPdf:
        """`deadline` is a moment of time.monotonic().

        Raises ProcessGone, RenderingTooSlow, RenderingTooLarge or RenderingFailed; after any but the last, this process
        is of no more use.
        """
        try:
            self.wait_until_ready(deadline)
            self._ready = False
            self._line.send_bytes(job)
            self._line.send_bytes(attachment)
            answer = read_answer(self._receive(deadline))
            content = self._receive(deadline)
        except (EOFError, OSError) as error:
            raise ProcessGone(type(error).__name__) from error
        if answer.error:
            raise RenderingFailed(answer.error)
        return RenderedPdf(content, answer.undrawn)

    def wait_until_ready(self, deadline: float) -> None:
        if not self._ready:
            self._browser_process_id = int(self._receive(deadline))
            self._ready = True

    def private_bytes(self) -> int:
        """What this process and its browser hold just now."""
        return private_bytes(family(self.process_id))

    def _receive(self, deadline: float) -> bytes:
        while not self._line.poll(max(0.0, min(WATCH_S, deadline - time.monotonic()))):
            if time.monotonic() >= deadline:
                raise RenderingTooSlow
            self._limit_memory()
        return self._line.recv_bytes()

    def _limit_memory(self) -> None:
        """A browser that grows too large is ended: the report comes without charts. A layout ends its report."""
        processes = family(self.process_id)
        if private_bytes(processes) <= self._limits.memory_bytes:
            return
        browser = [process for process in processes if process.group != self.process_id]
        own = private_bytes(processes) - private_bytes(browser)
        log.warning("worker.too_large", own=own, browser=private_bytes(browser))
        if own > private_bytes(browser):
            raise RenderingTooLarge
        end_groups({process.group for process in browser})

    def kill(self) -> None:
        """End the process and its browser, whatever they are doing; both lead process groups of their own."""
        groups = {process.group for process in family(self.process_id)}
        end_groups(groups | {self.process_id, self._browser_process_id} - {0})
        self._process.wait()
        self._line.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def end_groups(groups: set[int]) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


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
