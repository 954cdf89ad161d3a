"""What the caller may do: a scope from the API key, or from the signed-in session."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from barline_core.problems import Forbidden
from barline_gateway.accounts.models import ApiKey, Scope
from barline_gateway.upstream import Principal

if TYPE_CHECKING:  # DRF loads this module while it makes APIView
    from rest_framework.views import APIView

RANK = {Scope.READ: 0, Scope.WRITE: 1, Scope.ADMIN: 2}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class HasScope(BasePermission):
    """Signed in, with the scope the method needs: `read` to look, `write` to change anything.

    A view whose GET stores what it computes sets `stores_on_get`: a browser that was sent here by
    another site must not make it compute and store in its user's name. A view that checks more closely itself
    says with `least_scope` what its writes need at least.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        to_write = getattr(view, "least_scope", Scope.WRITE)
        needed = Scope.READ if request.method in SAFE_METHODS else to_write
        if RANK[scope_of(request)] < RANK[needed]:
            raise Forbidden(
                f"This API key has the scope `{scope_of(request)}`; "
                f"{request.method} here needs `{needed}`."
            )
        cross_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
        if cross_site and request.auth is None and getattr(view, "stores_on_get", False):
            raise Forbidden("Another site may not start this in your name.")
        return True


def scope_of(request: Request) -> Scope:
    """The key's scope; a signed-in person may write, and administer when they are staff."""
    if isinstance(request.auth, ApiKey):
        return Scope(request.auth.scope)
    return Scope.ADMIN if request.user.is_staff else Scope.WRITE


def owner_id(request: Request) -> int:
    """Whose runs, reports and keys are meant."""
    assert request.user.pk is not None  # noqa: S101 - permission let somebody in
    return request.user.pk


def principal_of(request: Request) -> Principal:
    """Who a service is told the call is for."""
    return Principal(
        user_id=request.user.pk,
        scope=scope_of(request).value,
        request_id=request.META["barline.request_id"],
    )
