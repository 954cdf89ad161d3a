"""Stops asking a service that does not answer, and tries it again by itself.

Of the libraries for it, pybreaker and aiobreaker hold one lock for as long as a call lasts, which would let one thread
at a time ask a service; circuitbreaker has no lock at all, and purgatory is made for one event loop. interlock-cb would
do, but is of this year, and has some hundred lines for each of these forty.
"""

import threading
import time
from collections.abc import Callable

FAILURES = 5
OPEN_S = 2.0


class CircuitBreaker:
    """Open after `failures` calls in a row without an answer; then one call every `open_s` is let through.

    The first answer, of whatever status, closes it. Threads may share it; no lock is held during a call.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        open_s: float = OPEN_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._open_s = open_s
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._most

    def wait_s(self) -> float:
        """0 when a call may be made now, else the seconds until one may. Asking takes the turn."""
        if not self.is_open:
            return 0.0
        with self._lock:
            wait = self._next_try_at - self._clock()
            if self.is_open and wait > 0:
                return wait
            self._next_try_at = self._clock() + self._open_s
            return 0.0

    def succeeded(self) -> None:
        if self._failures:
            with self._lock:
                self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self.is_open:
                self._next_try_at = self._clock() + self._open_s
