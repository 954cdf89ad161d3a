"""Bounds how many calls to one service are under way, so that a slow one cannot hold every thread."""

import threading
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """For one service: calls under way at once, and how many more may wait how long for one to end."""

    places: int = 16
    waiting: int = 8
    wait_s: float = 0.1


class Bulkhead:
    """The places of one service. A burst waits a moment; who comes when the waiting room is full goes at once."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._inside = threading.BoundedSemaphore(room.places + room.waiting)
        self._places = threading.BoundedSemaphore(room.places)
        self._lock = threading.Lock()
        self._taken = 0

    @property
    def taken(self) -> int:
        """Calls under way."""
        return self._taken

    def enter(self) -> bool:
        """Take a place; False when there is none. Whoever got one must `leave`."""
        if not self._inside.acquire(blocking=False):
            return False
        if self._places.acquire(timeout=self.room.wait_s):
            self._count(1)
            return True
        self._inside.release()
        return False

    def leave(self) -> None:
        self._count(-1)
        self._places.release()
        self._inside.release()

    def _count(self, change: int) -> None:
        with self._lock:
            self._taken += change
