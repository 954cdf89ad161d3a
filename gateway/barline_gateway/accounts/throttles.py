"""How often one may call: counted per API key, else per user, else per address."""

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from barline_gateway.accounts.addresses import client_network
from barline_gateway.accounts.counting import Count, counter
from barline_gateway.accounts.models import ApiKey

if TYPE_CHECKING:  # DRF loads this module while it makes APIView
    from rest_framework.views import APIView

COUNT_KEY = "barline.count"  # where the answer's RateLimit headers find how the caller stands


class PerKeyThrottle(BaseThrottle):
    """`THROTTLE_RATE` requests for each caller."""

    def __init__(self) -> None:
        self._count: Count | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        self._count = counter().hit(settings.ENVIRONMENT.throttle_rate, caller_of(request))
        request.META[COUNT_KEY] = self._count
        return self._count.allowed

    def wait(self) -> float | None:
        return None if self._count is None else float(self._count.reset_s)


def caller_of(request: Request) -> str:
    if isinstance(request.auth, ApiKey):
        return f"key:{request.auth.pk}"
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{client_network(request._request)}"  # noqa: SLF001 - DRF's way to Django's own


def rate_headers(count: Count) -> dict[str, str]:
    """The fields of the IETF's draft: the policy, and how much of it is left for how long."""
    return {
        "RateLimit-Policy": f'"default";q={count.limit};w={count.window_s}',
        "RateLimit": f'"default";r={count.remaining};t={count.reset_s}',
    }
