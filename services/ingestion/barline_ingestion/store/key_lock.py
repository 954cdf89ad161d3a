"""At most one request in flight a key, across all replicas: an advisory lock the server drops with
its holder.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from barline_core.db import Database

LOOK_AGAIN_AFTER_S = 0.05


@contextmanager
def hold_key(database: Database, fingerprint: str) -> Iterator[None]:
    """Wait until nobody else uses the key, and keep it until the block ends.

    The lock belongs to a connection outside any transaction, so that a request that takes a minute
    holds neither rows nor a snapshot.
    """
    lock_id = int.from_bytes(bytes.fromhex(fingerprint), signed=True)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:id)"), {"id": lock_id}):
            time.sleep(LOOK_AGAIN_AFTER_S)
        try:
            yield
        finally:
            release(connection, lock_id)


def release(connection: Connection, lock_id: int) -> None:
    """Give the key back; a connection that cannot say so is closed, which gives it back too."""
    try:
        connection.scalar(text("SELECT pg_advisory_unlock(:id)"), {"id": lock_id})
    except BaseException:
        connection.invalidate()
        raise
