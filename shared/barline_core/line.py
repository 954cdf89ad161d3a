"""One service as its callers know it: where it is, who is talking to it, and whether it answers."""

from dataclasses import dataclass
from math import ceil

from barline_core.breaker import CircuitBreaker
from barline_core.bulkhead import Bulkhead
from barline_core.call_metrics import CALL_SECONDS
from barline_core.problems import Problem, ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Line:
    """What all calls to one service share."""

    url: str
    bulkhead: Bulkhead
    breaker: CircuitBreaker


def enter(service: str, line: Line) -> None:
    """Take a place for one call. Raises ServiceUnavailable at once when there is none, or the service is down."""
    wait_s = line.breaker.wait_s()
    if wait_s > 0:
        refuse(service, "down", f"The {service} service does not answer now", ceil(wait_s))
    if not line.bulkhead.enter():
        refuse(service, "full", f"The {service} service has all it can do now", 2)


def refuse(service: str, outcome: str, what: str, retry_after_s: int) -> None:
    CALL_SECONDS.labels(service, outcome).observe(0.0)
    problem: Problem = ServiceUnavailable(
        f"{what}; try again shortly.", retry_after_s=retry_after_s
    )
    raise problem
