"""The reports being made just now: whoever asks for one of them waits for it instead of having it made again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class StillUnderway(Exception):
    """The same report was asked for before and is not done in the time one may wait."""


@dataclass(slots=True)
class Making:
    """One report being made, and how many ask for it."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    asking: int = 0


class Underway:
    """Threads share it. Each process has its own: two may make the same report, which is kept once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._makings: dict[str, Making] = {}

    @contextmanager
    def turn(self, digest: str, patience_s: float) -> Iterator[bool]:
        """One holder at a time for each digest; True for those who waited, and should look again first.

        Raises StillUnderway.
        """
        with self._lock:
            making = self._makings.setdefault(digest, Making())
            making.asking += 1
        try:
            waited = not making.turn.acquire(blocking=False)
            if waited and not making.turn.acquire(timeout=patience_s):
                raise StillUnderway
            try:
                yield waited
            finally:
                making.turn.release()
        finally:
            with self._lock:
                making.asking -= 1
                if not making.asking:
                    del self._makings[digest]
