"""`/account/keys`: one's own API keys.

A key may look at the list and replace or revoke itself. Making keys, and touching others, takes a signed-in person
or an `admin` key: else a stolen key could make itself a successor that outlives its revocation.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from barline_core.problems import Forbidden
from barline_gateway.accounts import keys, selectors, serializers
from barline_gateway.accounts.models import ApiKey, Scope
from barline_gateway.accounts.permissions import RANK, scope_of
from barline_gateway.idempotency import idempotent
from barline_gateway.pagination import page_of
from barline_gateway.registry.serializers import StrictSerializer
from barline_gateway.registry.views import body_of, validated_query

CURRENT = "current"


class KeysView(APIView):
    """The list, and a new key."""

    def get(self, request: Request) -> HttpResponse:
        query = validated_query(serializers.KeysQuery, request)
        active = cast("bool | None", query["active"])
        mine = selectors.list_keys(owner(request), active=active, ordering=str(query["ordering"]))
        page, size = cast("int", query["page"]), cast("int", query["page_size"])
        return JsonResponse(page_of(request, mine, page, size, selectors.key_document))

    @idempotent(secret=True)
    def post(self, request: Request) -> HttpResponse:
        require_person(request)
        asked = validated_body(serializers.KeyBody, request)
        scope, days = Scope(str(asked["scope"])), cast("int | None", asked["expires_in_days"])
        if RANK[scope] > RANK[scope_of(request)]:
            raise Forbidden(f"You may not make a key that may more than you: `{scope}`.")
        key, text = keys.create_key(
            user=owner(request),
            name=str(asked["name"]),
            scope=scope,
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        return shown_once(key, text)


class KeyView(APIView):
    """One key; `current` is the one the request came with."""

    least_scope = Scope.READ  # a key may always end itself

    def get(self, request: Request, key_id: str) -> HttpResponse:
        return JsonResponse(selectors.key_document(wanted(request, key_id)))

    def delete(self, request: Request, key_id: str) -> HttpResponse:
        key = wanted(request, key_id)
        require_itself_or_person(request, key)
        keys.revoke_key(key)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class RotationView(APIView):
    """A new text for a key; the old one works for a while longer."""

    least_scope = Scope.READ

    @idempotent(secret=True)
    def post(self, request: Request, key_id: str) -> HttpResponse:
        key = wanted(request, key_id)
        require_itself_or_person(request, key)
        asked = validated_body(serializers.RotationBody, request)
        grace = timedelta(hours=cast("int", asked["grace_hours"]))
        return shown_once(*keys.rotate_key(key, grace=grace))


def wanted(request: Request, key_id: str) -> ApiKey:
    if key_id == CURRENT and isinstance(request.auth, ApiKey):
        return request.auth
    return selectors.own_key(owner(request), "0" if key_id == CURRENT else key_id)


def owner(request: Request) -> User:
    """The user that permission let in."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user


def require_person(request: Request) -> None:
    if isinstance(request.auth, ApiKey) and scope_of(request) is not Scope.ADMIN:
        raise Forbidden("Keys are made by a signed-in person, or with a key of scope `admin`.")


def require_itself_or_person(request: Request, key: ApiKey) -> None:
    if not (isinstance(request.auth, ApiKey) and request.auth.pk == key.pk):
        require_person(request)


def validated_body(serializer: type[StrictSerializer], request: Request) -> dict[str, object]:
    body = serializer(data=body_of(request))
    body.is_valid(raise_exception=True)
    return cast("dict[str, object]", body.validated_data)


def shown_once(key: ApiKey, text: str) -> HttpResponse:
    """The only answer that ever has the text."""
    document = selectors.key_document(key) | {"key": text}
    headers = {"Location": f"/account/keys/{key.pk}", "Cache-Control": "no-store"}
    return JsonResponse(document, status=HTTPStatus.CREATED, headers=headers)
