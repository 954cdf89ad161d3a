"""What is measured of the requests a process answers. Labels take few values, whatever a client sends."""

from prometheus_client import Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

REQUEST_SECONDS = Histogram(
    "barline_http_request_seconds",
    "From a request's arrival to its answer, by the template of its route and the class of its status.",
    ["process", "method", "route", "status"],
    buckets=BUCKETS_S,
)


def observe_request(
    process: str, method: str | None, route: str | None, status: int, took_s: float
) -> None:
    """Count one request. `route` None: there is no such route."""
    REQUEST_SECONDS.labels(
        process,
        method if method in METHODS else "other",
        route or "none",
        f"{status // 100}xx" if status else "broken",
    ).observe(took_s)
