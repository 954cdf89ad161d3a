"""Barline's typed client.

>>> from barline_client import Client, calls
>>> with Client() as barline:
...     run = barline.send(calls.run_backtest("IBM", winbuy=50, winsell=200))
"""

from barline_client.async_client import AsyncClient
from barline_client.client import Client
from barline_client.errors import (
    AccessDenied,
    BarlineError,
    BrokenAnswer,
    Conflict,
    InvalidRequest,
    JobCancelled,
    JobFailed,
    NotFound,
    Problem,
    ServerError,
    ServerUnreachable,
    TooManyRequests,
    Unavailable,
)

__all__ = [
    "AccessDenied",
    "AsyncClient",
    "BarlineError",
    "BrokenAnswer",
    "Client",
    "Conflict",
    "InvalidRequest",
    "JobCancelled",
    "JobFailed",
    "NotFound",
    "Problem",
    "ServerError",
    "ServerUnreachable",
    "TooManyRequests",
    "Unavailable",
]
