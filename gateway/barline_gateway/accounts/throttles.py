"""How often one may call: counted per API key, else per user, else per address."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from barline_gateway.accounts.models import ApiKey

if TYPE_CHECKING:  # DRF loads this module while it makes APIView
    from rest_framework.views import APIView


class PerKeyThrottle(SimpleRateThrottle):
    """`THROTTLE_RATE` requests for each caller."""

    scope = "key"

    def get_cache_key(self, request: Request, view: "APIView") -> str:
        if isinstance(request.auth, ApiKey):
            return f"throttle:key:{request.auth.pk}"
        if request.user.is_authenticated:
            return f"throttle:user:{request.user.pk}"
        return f"throttle:address:{self.get_ident(request)}"
