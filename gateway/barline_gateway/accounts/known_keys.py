"""Keys that were looked up a moment ago, so that a program that asks often does not ask the database as often.

A key or an account that ends here ends at once: saving or deleting one forgets them all. What another process ends is
noticed when the moment is over.
"""

import threading
import time
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from barline_gateway.accounts.models import ApiKey

TRUSTED_S = 1.0
MOST_KNOWN = 4096


class KnownKeys:
    """Keys by the digest of their text. What nobody has is not remembered: guesses cannot push out what is known."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, ApiKey]] = {}
        self._forgotten = 0

    def get(self, digest: str, look_up: Callable[[str], ApiKey | None]) -> ApiKey | None:
        """The key as it was at most TRUSTED_S ago."""
        until, key = self._known.get(digest, (0.0, None))
        now = self._clock()
        if key is not None and now < until:
            return key
        forgotten = self._forgotten
        key = look_up(digest)
        if key is not None:
            self._remember(digest, now + TRUSTED_S, key, forgotten)
        return key

    def _remember(self, digest: str, until: float, key: ApiKey, forgotten: int) -> None:
        """Unless something has ended since the key was read: then what was read may be out of date already."""
        with self._lock:
            if forgotten != self._forgotten:
                return
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[digest] = (until, key)

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._known.clear()


known_keys = KnownKeys()


def forget_when_kept(**_: object) -> None:
    """Until the change is committed, another thread would read the old row again."""
    transaction.on_commit(known_keys.forget)


for model in (ApiKey, User):
    for signal in (post_save, post_delete):
        signal.connect(forget_when_kept, sender=model, dispatch_uid="barline.known_keys")
