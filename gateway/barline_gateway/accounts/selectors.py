"""Reads of one's own keys."""

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from barline_core.problems import NotFound
from barline_gateway.accounts.models import ApiKey
from barline_gateway.registry.selectors import instant


def list_keys(user: User, *, active: bool | None, ordering: str) -> QuerySet[ApiKey]:
    """The user's own; `active`: those that open something now, or those that no longer do."""
    keys = ApiKey.objects.filter(user=user)
    over = Q(revoked_at__isnull=False) | Q(expires_at__lte=timezone.now())
    if active is not None:
        keys = keys.exclude(over) if active else keys.filter(over)
    column = F(ordering.removeprefix("-"))
    last = {"nulls_last": True}
    order = column.desc(**last) if ordering.startswith("-") else column.asc(**last)
    return keys.order_by(order, "pk")


def own_key(user: User, key_id: str) -> ApiKey:
    """One of the user's; another's does not exist for them."""
    key = ApiKey.objects.select_related("user").filter(user=user, pk=int(key_id)).first()
    if key is None:
        raise NotFound(f"You have no key {key_id}.")
    return key


def key_document(key: ApiKey) -> dict[str, object]:
    """What may be known of a key: never its text."""
    return {
        "id": key.pk,
        "name": key.name,
        "prefix": key.prefix,
        "scope": key.scope,
        "created_at": instant(key.created_at),
        "last_used_at": instant(key.last_used_at),
        "expires_at": instant(key.expires_at),
        "revoked_at": instant(key.revoked_at),
    }
