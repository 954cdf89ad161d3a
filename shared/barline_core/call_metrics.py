"""What is measured of calls between processes."""

from prometheus_client import Gauge, Histogram

from barline_core.breaker import CircuitBreaker
from barline_core.bulkhead import Bulkhead

BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

CALL_SECONDS = Histogram(
    "barline_call_seconds",
    "From the beginning of a call to the head of its answer, by the service called and what came of it.",
    ["upstream", "outcome"],
    buckets=BUCKETS_S,
)
BREAKER_OPEN = Gauge(
    "barline_call_breaker_open", "1 while a service is left alone because it does not answer.", ["upstream"]
)  # fmt: skip
PLACES_TAKEN = Gauge("barline_call_places_taken", "Calls to a service under way.", ["upstream"])
PLACES = Gauge("barline_call_places", "How many calls to a service may be under way.", ["upstream"])


def watch_line(service: str, bulkhead: Bulkhead, breaker: CircuitBreaker) -> None:
    """Show the state of the newest client's line to a service; it is looked at when it is asked for."""
    BREAKER_OPEN.labels(service).set_function(lambda: float(breaker.is_open))
    PLACES_TAKEN.labels(service).set_function(lambda: float(bulkhead.taken))
    PLACES.labels(service).set(bulkhead.room.places)
