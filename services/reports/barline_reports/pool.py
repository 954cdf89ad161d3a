"""Several renderers behind one bounded queue: whoever finds it full is told at once when to come again."""

import math
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from barline_reports.paper import PrintJob
from barline_reports.renderer import Renderer
from barline_reports.rendering_process import RenderedPdf, RenderLimits

FIRST_GUESS_S = 3.0  # for one report, until some have been timed
LONGEST_RETRY_S = 60


class RenderingBusy(Exception):
    """As many reports wait as may, or none became free in time; after `retry_after_s` there should be room."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"busy for about {retry_after_s} s")
        self.retry_after_s = retry_after_s


class RenderPool:
    """Makes `processes` PDFs at a time while `waiting` more wait. Threads share it."""

    def __init__(
        self, chromium_path: str | None, limits: RenderLimits, *, processes: int, waiting: int
    ) -> None:
        self._renderers = [Renderer(chromium_path, limits) for _ in range(processes)]
        # The one used last is taken first: it is warm, and the others start only when they are needed.
        self._idle: queue.LifoQueue[Renderer] = queue.LifoQueue()
        for renderer in reversed(self._renderers):
            self._idle.put(renderer)
        self._most = processes + waiting
        self._places = threading.BoundedSemaphore(self._most)
        self._queue_s = limits.queue_s
        self._typical_s = FIRST_GUESS_S

    @property
    def renderers(self) -> tuple[Renderer, ...]:
        return tuple(self._renderers)

    def start(self) -> None:
        """Warm the first renderer."""
        self._renderers[0].start()

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """A place in the queue: what a report needs before it is drawn is held by so many at most.

        Raises RenderingBusy.
        """
        if not self._places.acquire(blocking=False):
            raise RenderingBusy(self._retry_after_s())
        try:
            yield
        finally:
            self._places.release()

    def render(self, job: PrintJob, attachment: bytes) -> RenderedPdf:
        """For whoever is admitted. Raises RenderingBusy, and what Renderer.render raises."""
        try:
            renderer = self._idle.get(timeout=self._queue_s)
        except queue.Empty as error:
            raise RenderingBusy(self._retry_after_s()) from error
        started = time.monotonic()
        try:
            return renderer.render(job, attachment)
        finally:
            self._typical_s += 0.2 * (time.monotonic() - started - self._typical_s)
            self._idle.put(renderer)

    def close(self) -> None:
        for renderer in self._renderers:
            renderer.close()

    def _retry_after_s(self) -> int:
        """How long those before will take, by what reports took lately."""
        until_empty_s = self._typical_s * self._most / len(self._renderers)
        return min(LONGEST_RETRY_S, max(1, math.ceil(until_empty_s)))
