"""Counts of one process, for the library that keeps them: its own store in memory starts a thread for each hit."""

import time
from threading import Lock

from limits.storage.base import SlidingWindowCounterSupport, Storage

MOST_CALLERS = 100_000  # then those whose windows are over are forgotten


class ProcessCounts(Storage, SlidingWindowCounterSupport):
    """For each caller the window they are in, and how many came in it and in the one before."""

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[
            str, tuple[int, int, int]
        ] = {}  # key → number of the window, now, before
        self._lock = Lock()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        at = time.time()
        with self._lock:
            number, now, before = self._window(key, expiry, at)
            remains = 1 - (at / expiry) % 1
            if int(before * remains + now) + amount > limit:
                return False
            if len(self._windows) >= MOST_CALLERS:
                self._forget()
            self._windows[key] = (number, now + amount, before)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        at = time.time()
        _, now, before = self._window(key, expiry, at)
        left_s = (1 - (at / expiry) % 1) * expiry
        return before, left_s if before else 0.0, now, left_s + expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        self._windows.pop(key, None)

    def _window(self, key: str, expiry: int, at: float) -> tuple[int, int, int]:
        number = int(at / expiry)
        last, now, before = self._windows.get(key, (number, 0, 0))
        if last == number:
            return number, now, before
        return number, 0, now if last == number - 1 else 0

    def _forget(self) -> None:
        """Half of the callers, those first who came first: theirs are the windows most likely over."""
        for key in list(self._windows)[: MOST_CALLERS // 2]:
            del self._windows[key]

    def reset(self) -> int | None:
        with self._lock:
            self._windows.clear()
        return None

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def check(self) -> bool:
        return True

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        raise NotImplementedError("Only sliding windows are counted here.")

    def get(self, key: str) -> int:
        raise NotImplementedError("Only sliding windows are counted here.")

    def get_expiry(self, key: str) -> float:
        raise NotImplementedError("Only sliding windows are counted here.")

    def clear(self, key: str) -> None:
        raise NotImplementedError("Only sliding windows are counted here.")
