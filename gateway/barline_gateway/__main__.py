"""`python -m barline_gateway`: the gateway under Granian."""

import os

from granian.constants import Interfaces
from granian.server import Server

BLOCKING_THREADS = 64  # four services with 16 calls each may all be slow at once
GRACEFUL_STOP_S = 28


def main() -> None:
    """Serve on HOST and PORT until SIGTERM; requests in flight are finished."""
    Server(
        "barline_gateway.wsgi:application",
        address=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACEFUL_STOP_S,
    ).serve()


if __name__ == "__main__":
    main()
