"""Against guessed passwords: a lock-out for each user name and address together, and a rate for each address.

Locking a name alone would let anybody lock anybody out; an address alone would lock out everyone behind one proxy.
Whoever guesses from many addresses meets long passwords, the cost of the password hash, and the rate of each address.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from barline_core.problems import TooManyRequests
from barline_gateway.accounts.addresses import client_network
from barline_gateway.accounts.audit import note_attempt
from barline_gateway.accounts.counting import counter
from barline_gateway.errors import page_or_problem


def count_sign_in(request: HttpRequest, *, what: str = "sign-in") -> None:
    """Raises TooManyRequests when this address tries too often."""
    count = counter().hit(settings.ENVIRONMENT.sign_in_rate, f"{what}:{client_network(request)}")
    if not count.allowed:
        raise TooManyRequests(
            f"Too many attempts from your address; try again in {count.reset_s} s.",
            headers={"Retry-After": str(count.reset_s)},
        )


def locked_out(
    request: HttpRequest, original: object = None, credentials: dict[str, object] | None = None
) -> HttpResponse:
    """What axes answers instead of the page, whether or not the name exists and the password is right."""
    note_attempt(request, str((credentials or {}).get("username", "")))
    wait_s = int(settings.AXES_COOLOFF_TIME.total_seconds())
    problem = TooManyRequests(
        f"After {settings.AXES_FAILURE_LIMIT} wrong passwords this name is locked for your address; "
        f"try again in {wait_s // 60} minutes.",
        headers={"Retry-After": str(wait_s)},
    )
    return page_or_problem(request, problem)
